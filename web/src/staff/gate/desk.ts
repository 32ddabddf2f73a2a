// The gate's work: a ticket is asked of the server first; without network the list decides, and the server is told later.
import { signal } from "@preact/signals";
import { newKey } from "../../shared/api";
import { codeOf, isUndecided } from "../../shared/problem";
import { problemText } from "../../shared/problem.words";
import { ask } from "../session";
import { all, drop, keep } from "./device";
import { checkByList, markByServer, type TicketList, type Verdict } from "./list";

export type Kind = Verdict["kind"] | "no_list" | "refused";
export interface Checked {
  at: string;
  kind: Kind;
  seat: string;
  /** When the first one came in, of a duplicate. */
  since: string;
  words: string;
  isOffline: boolean;
  /** Names the check-in that the server has not heard. */
  key: string;
}
interface Waiting {
  key: string;
  code: string;
  show: string;
  seat: string;
}
export interface Surprise {
  kind: "twice" | "refused";
  seat: string;
  since: string;
  words: string;
}

const kServerMs = 4_000;

/** Check-ins that the server has not heard. */
export const waiting = signal<Waiting[]>([]);
/** What the server said of them that the gate did not know. */
export const surprises = signal<Surprise[]>([]);
export const isOnline = signal(navigator.onLine);

export async function begin(): Promise<void> {
  try {
    waiting.value = await all<Waiting>("waiting");
  } catch {
    // A browser that keeps nothing on the device checks in with the network alone.
  }
}

function checked(kind: Kind, more: Partial<Checked> = {}): Checked {
  return { at: new Date().toISOString(), kind, seat: "", since: "", words: "", isOffline: false, key: "", ...more };
}

function verdictOf(error: unknown): Checked | undefined {
  switch (codeOf(error)) {
    case "ticket_void":
      return checked("void");
    case "not_found":
      return checked("unknown");
    default:
      return isUndecided(error) ? undefined : checked("refused", { words: problemText(error) });
  }
}

async function askServer(code: string, show: string, key: string) {
  const answer = await ask("POST /v1/staff/check-ins", { body: { code, show_id: show }, key, timeoutMs: kServerMs });
  isOnline.value = true;
  return answer;
}

async function byList(list: TicketList | undefined, code: string, show: string, key: string): Promise<Checked> {
  if (!list) return checked("no_list", { isOffline: true });
  const verdict = await checkByList(list, code);
  const found = checked(verdict.kind, { seat: verdict.seat, since: verdict.at, isOffline: true });
  if (verdict.kind !== "welcome") return found;
  const item = { key, code, show, seat: verdict.seat };
  await keep("waiting", key, item);
  waiting.value = [...waiting.value, item];
  return { ...found, key };
}

/** Lets a ticket in, or says why not. The same key goes to the server now or later, so that it counts once. */
export async function checkIn(code: string, show: string, list: TicketList | undefined): Promise<Checked> {
  const key = newKey();
  try {
    const answer = await askServer(code, show, key);
    if (list) await markByServer(list, code, answer.first_checked_in_at);
    return checked(answer.duplicate ? "duplicate" : "welcome", { seat: answer.seat, since: answer.first_checked_in_at });
  } catch (error) {
    const verdict = verdictOf(error);
    if (verdict) return verdict;
    isOnline.value = false;
    return byList(list, code, show, key);
  }
}

function surprise(item: Waiting, words: string, since = ""): void {
  surprises.value = [...surprises.value, { kind: since ? "twice" : "refused", seat: item.seat, since, words }];
}

/** Looks whether the server answers, where the browser's word for it is not enough: a network may lead nowhere. */
export async function probe(): Promise<void> {
  if (!navigator.onLine) {
    isOnline.value = false;
    return;
  }
  try {
    await ask("GET /v1/staff/keys/current", { timeoutMs: kServerMs });
    isOnline.value = true;
  } catch (error) {
    if (isUndecided(error)) isOnline.value = false;
  }
}

let isTelling = false;

/** Tells the server what it has not heard, one after another; stops where there is no network still. */
export async function tellServer(): Promise<void> {
  if (isTelling) return;
  isTelling = true;
  try {
    for (const item of waiting.value) {
      try {
        const answer = await askServer(item.code, item.show, item.key);
        if (answer.duplicate) surprise(item, "", answer.first_checked_in_at);
      } catch (error) {
        if (isUndecided(error) || codeOf(error) === "unauthenticated" || codeOf(error) === "rate_limited") return;
        surprise(item, problemText(error));
      }
      await drop("waiting", item.key);
      waiting.value = waiting.value.filter((one) => one.key !== item.key);
    }
  } finally {
    isTelling = false;
  }
}
