// The one way in which pages speak with the server: the public contract, with cookies for tokens.
//
//   const concert = await call("GET /v1/concerts/{concert_id}", { path: { concert_id } });
//   await call("POST /v1/orders", { body: { show_id, seats }, key: newKey() });
//
// A refusal is thrown as `Refused`, no answer at all as `Unanswered`.
import type { Problem, Routes } from "../../generated/api";
import { heardTime } from "./clock";
import { language } from "./language";
import { Refused, Unanswered, codeOf, isUndecided } from "./problem";

export type Route = keyof Routes;
export type Answer<R extends Route> = Routes[R]["answer"];

type Names<S extends string> = S extends `${string}{${infer N}}${infer Rest}` ? N | Names<Rest> : never;

interface Common {
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  /** The idempotency key of a POST: the same key again acts once. */
  key?: string;
  /** Whose place in the queue or entry is meant: another tab may be in another concert. */
  concert?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}
type WithPath<R extends Route> = [Names<R>] extends [never] ? unknown : { path: Record<Names<R>, string> };
type WithBody<R extends Route> = Routes[R]["body"] extends undefined ? unknown : { body?: Routes[R]["body"] };
export type Options<R extends Route> = Common & WithPath<R> & WithBody<R>;

const kTimeoutMs = 10_000;

/** A new idempotency key. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");
}

function address(template: string, options: Common & { path?: Record<string, string> }): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(options.path?.[name] ?? ""));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function headersOf(options: Common & { body?: unknown }): Record<string, string> {
  const headers: Record<string, string> = { "Accept-Language": language, "Frontrow-Cookies": "yes", ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.key) headers["Idempotency-Key"] = options.key;
  if (options.concert) headers["Frontrow-Concert"] = options.concert;
  return headers;
}

async function refusal(response: Response): Promise<Refused | Unanswered> {
  const wait = Number(response.headers.get("Retry-After") ?? 0) * 1000;
  try {
    return new Refused((await response.json()) as Problem, wait);
  } catch {
    return new Unanswered(`${response.status}`);
  }
}

async function exchange(method: string, url: string, options: Common & { body?: unknown }): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? kTimeoutMs);
  const stop = new AbortController();
  for (const signal of [timeout, options.signal]) signal?.addEventListener("abort", () => stop.abort());
  try {
    return await fetch(url, {
      method,
      cache: "no-cache", // what has an ETag is asked for again with it; nothing old is shown
      headers: headersOf(options),
      signal: stop.signal,
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
  } catch {
    throw new Unanswered(method);
  }
}

let onSignedOut: () => void = () => {};

/** Told whenever a call finds nobody signed in: a session that ended, cookies that were cleared. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch {
    throw new Unanswered("the answer broke off");
  }
}

export async function call<R extends Route>(route: R, ...given: {} extends Options<R> ? [Options<R>?] : [Options<R>]): Promise<Answer<R>> {
  const options = (given[0] ?? {}) as Common & { path?: Record<string, string>; body?: unknown };
  const [method = "GET", template = ""] = route.split(" ");
  const sentAt = performance.now();
  const response = await exchange(method, address(template, options), options);
  const gotAt = performance.now();
  if (!response.ok) {
    const refused = await refusal(response);
    if (codeOf(refused) === "unauthenticated") onSignedOut();
    throw refused;
  }
  const content = (await contentOf(response)) as Answer<R>;
  const time = (content as { server_time?: string } | undefined)?.server_time;
  if (time) heardTime(time, sentAt, gotAt);
  return content;
}

const kFirstPauseMs = 400;
const kLongestPauseMs = 5_000;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * A call that must not stay undecided: it is asked again under the same key until the server says what became of it.
 * `onDoubt` is told once it is not known; stops where `signal` is aborted.
 */
export async function callSurely<R extends Route>(route: R, options: Options<R> & { key: string }, onDoubt?: () => void): Promise<Answer<R>> {
  for (let wait = kFirstPauseMs; ; wait = Math.min(kLongestPauseMs, wait * 2)) {
    try {
      return await (call as (route: R, options: Options<R>) => Promise<Answer<R>>)(route, options);
    } catch (error) {
      if (!isUndecided(error) || options.signal?.aborted) throw error;
      onDoubt?.();
      const asked = error instanceof Refused ? error.retryAfterMs : 0;
      await pause(Math.max(asked, wait) * (0.8 + 0.4 * Math.random()));
    }
  }
}
