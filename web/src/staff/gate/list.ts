// The list of a show's tickets for a gate that may lose its network. It knows codes by their hashes alone.
import type { Admission } from "../../../generated/api";
import { ask } from "../session";
import { drop, find, keep } from "./device";

interface Listed {
  seat: string;
  isVoid: boolean;
  /** When somebody came in with it, here or elsewhere; empty for nobody. */
  at: string;
}
export interface TicketList {
  show: string;
  takenAt: string;
  tickets: Map<string, Listed>;
}
export type Verdict = { kind: "welcome" | "duplicate" | "void" | "unknown"; seat: string; at: string };

const kPage = 100;

function add(tickets: Map<string, Listed>, item: Admission): void {
  for (const one of item.tickets) tickets.set(one.code_hash, { seat: one.seat, isVoid: item.void, at: one.checked_in_at ?? "" });
}

export async function downloadList(show: string, told: (count: number) => void): Promise<TicketList> {
  const takenAt = new Date().toISOString();
  const tickets = new Map<string, Listed>();
  let cursor: string | undefined;
  do {
    const page = await ask("GET /v1/staff/shows/{show_id}/admissions", { path: { show_id: show }, query: { limit: kPage, cursor } });
    for (const item of page.items) add(tickets, item);
    told(tickets.size);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  const list = { show, takenAt, tickets };
  await keep("lists", show, list);
  return list;
}

export function findList(show: string): Promise<TicketList | undefined> {
  return find<TicketList>("lists", show);
}

export function removeList(show: string): Promise<unknown> {
  return drop("lists", show);
}

/** The code in what was typed or scanned: any case, O for 0, I and L for 1, blanks and hyphens between. */
export function plainCode(text: string): string {
  const code = text.startsWith("FT1:") ? (text.split(":")[1] ?? "") : text;
  return code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
}

export async function hashOf(code: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the list says of a code; a welcome is written into it, so that the next one with it is a duplicate. */
export async function checkByList(list: TicketList, text: string): Promise<Verdict> {
  const found = list.tickets.get(await hashOf(plainCode(text)));
  if (!found) return { kind: "unknown", seat: "", at: "" };
  if (found.isVoid) return { kind: "void", seat: found.seat, at: "" };
  if (found.at) return { kind: "duplicate", seat: found.seat, at: found.at };
  found.at = new Date().toISOString();
  await keep("lists", list.show, list);
  return { kind: "welcome", seat: found.seat, at: found.at };
}

/** The server let somebody in: the list knows it too. */
export async function markByServer(list: TicketList, text: string, at: string): Promise<void> {
  const found = list.tickets.get(await hashOf(plainCode(text)));
  if (!found || found.at) return;
  found.at = at;
  await keep("lists", list.show, list);
}
