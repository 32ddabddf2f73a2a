// Who is at the desk: a staff key and its role.
//
// The key lives in this tab alone (sessionStorage, so that loading the page again does not ask for it), at most twelve hours,
// and is gone when the tab is closed, at a sign-out, and as soon as the server does not know it any more. It never goes into an
// address, into what other tabs see, or into a field that a browser would remember. Beside it stands what the server last said of
// it, so that a page that is loaded without network knows whose it is; the server decides everything else by the key alone.
import { signal } from "@preact/signals";
import type { StaffKey } from "../../generated/api";
import { call, type Answer, type Options, type Route } from "../shared/api";
import { codeOf, isUndecided } from "../shared/problem";

export type Role = StaffKey["role"];

const kPlace = "frontrow-staff";
const kLongestMs = 12 * 3600 * 1000;
const kFindMs = 4_000;
const kIncludes: Record<Role, readonly Role[]> = {
  viewer: ["viewer"],
  gate: ["gate"],
  manager: ["viewer", "gate", "manager"],
  admin: ["viewer", "gate", "manager", "admin"],
};

/** Undefined while nobody is signed in. */
export const me = signal<StaffKey | undefined>(undefined);
/** True until it is known whether the key of this tab is still good. */
export const isFinding = signal(true);
/** Why the last sign-in ended, where it was not the person's own doing. */
export const ended = signal<"expired" | undefined>(undefined);

let secret: string | undefined;

interface Kept {
  key: string;
  until: number;
  /** What the server said of the key when it was typed. */
  holder: StaffKey;
}

function kept(): Kept | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(kPlace) ?? "{}") as Partial<Kept>;
    if (found.key && found.holder && found.until && Date.now() < found.until) return found as Kept;
  } catch {
    // What is not ours is forgotten below.
  }
  sessionStorage.removeItem(kPlace);
  return undefined;
}

export function may(needed: Role): boolean {
  const role = me.value?.role;
  return role !== undefined && kIncludes[role].includes(needed);
}

export function signOut(why?: "expired"): void {
  secret = undefined;
  sessionStorage.removeItem(kPlace);
  me.value = undefined;
  ended.value = why;
}

/** The header that proves the key; for streams, which are not asked for through `ask`. */
export function proof(): Record<string, string> {
  return { Authorization: `Bearer ${secret ?? ""}` };
}

/** A call with the staff key. A key that is not known any more ends the sign-in. */
export async function ask<R extends Route>(route: R, ...given: {} extends Options<R> ? [Options<R>?] : [Options<R>]): Promise<Answer<R>> {
  const options = (given[0] ?? {}) as { headers?: Record<string, string> };
  const send = call as (route: R, options: unknown) => Promise<Answer<R>>;
  try {
    return await send(route, { ...options, headers: { ...options.headers, ...proof() } });
  } catch (error) {
    if (codeOf(error) === "unauthenticated" && me.value) signOut("expired");
    throw error;
  }
}

export async function signIn(key: string): Promise<void> {
  secret = key;
  try {
    const holder = await ask("GET /v1/staff/keys/current");
    sessionStorage.setItem(kPlace, JSON.stringify({ key, until: Date.now() + kLongestMs, holder } satisfies Kept));
    me.value = holder;
  } catch (error) {
    secret = undefined;
    throw error;
  }
  ended.value = undefined;
}

function watchTheClock(): void {
  setInterval(() => me.value && !kept() && signOut("expired"), 30_000);
}

export async function findAgain(): Promise<void> {
  watchTheClock();
  const found = kept();
  if (found) {
    secret = found.key;
    try {
      me.value = await ask("GET /v1/staff/keys/current", { timeoutMs: kFindMs });
    } catch (error) {
      if (codeOf(error) === "unauthenticated") signOut("expired");
      else if (isUndecided(error)) me.value = found.holder;
    }
  }
  isFinding.value = false;
}
