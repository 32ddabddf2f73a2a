// A concert as a form has it: texts, in the concert's own time zone; and as the contract wants it.
import type { ConcertChange, ConcertRequest, SaleRequest, StaffConcert } from "../../../generated/api";
import type { UniformSection } from "../../seats/uniform";
import { localText, momentOf } from "../zone";

export interface SectionDraft {
  name: string;
  price: string;
  rows: string;
  seats: string;
}
export interface ShowDraft {
  starts: string;
  doors: string;
  /** The seats of this date, where they are not those of the others. */
  own?: SectionDraft[] | undefined;
}

export const details = ["title", "artist", "venue", "time_zone", "description"] as const;
export const numbers = ["capacity", "entries_per_minute", "people_per_seat", "entry_seconds", "claim_seconds", "hold_seconds", "max_seats_per_user"] as const;
export const times = ["opens_at", "lobby_opens_at", "closes_at"] as const;
export type Detail = (typeof details)[number];
export type NumberRule = (typeof numbers)[number];
export type TimeRule = (typeof times)[number];
export type Field = Detail | NumberRule | TimeRule | "draw";

/** What can be edited after a concert was made; each a text, `draw` "yes" or "". */
export type Fields = Record<Field, string>;
export interface Draft {
  fields: Fields;
  shows: ShowDraft[];
  /** The seats of all dates that have none of their own. */
  sections: SectionDraft[];
}

export const bounds: Record<NumberRule, [number, number]> = {
  capacity: [1, 10_000_000],
  entries_per_minute: [1, 100_000_000],
  people_per_seat: [0, 1_000],
  entry_seconds: [10, 86_400],
  claim_seconds: [1, 3_600],
  hold_seconds: [1, 3_600],
  max_seats_per_user: [1, 100],
};

export const allFields: readonly Field[] = [...details, ...times, "draw", ...numbers];

export function newDraft(zone: string): Draft {
  const fields: Fields = {
    title: "", artist: "", venue: "", time_zone: zone, description: "", opens_at: "", lobby_opens_at: "", closes_at: "", draw: "",
    capacity: "1000", entries_per_minute: "600", people_per_seat: "20", entry_seconds: "600", claim_seconds: "120", hold_seconds: "300", max_seats_per_user: "4",
  };
  return { fields, shows: [{ starts: "", doors: "" }], sections: [{ name: "A", price: "99000", rows: "10", seats: "20" }] };
}

export function fieldsOf(concert: StaffConcert): Fields {
  const { sale, time_zone } = concert;
  const texts = Object.fromEntries(details.map((one) => [one, concert[one]]));
  const moments = Object.fromEntries(times.map((one) => [one, localText(sale[one], time_zone)]));
  const rules = Object.fromEntries(numbers.map((one) => [one, String(sale[one])]));
  return { ...texts, ...moments, ...rules, draw: sale.draw ? "yes" : "" } as Fields;
}

/** A new draft like a concert that exists: the seats of its first date for all, and their own for the dates that differ. */
export function draftLike(concert: StaffConcert): Draft {
  const maps = concert.shows.map((show) => show.sections.map((one): SectionDraft => ({ name: one.name, price: String(one.price), rows: String(one.rows), seats: String(one.seats_per_row) })));
  const sections = maps[0] ?? [];
  return {
    fields: { ...fieldsOf(concert), opens_at: "", lobby_opens_at: "", closes_at: "" },
    shows: maps.map((own) => ({ starts: "", doors: "", own: JSON.stringify(own) === JSON.stringify(sections) ? undefined : own })),
    sections,
  };
}

function saleOf(fields: Fields): SaleRequest {
  const rules = Object.fromEntries(numbers.map((one) => [one, Number(fields[one])]));
  const opens_at = momentOf(fields.opens_at, fields.time_zone);
  const lobby = momentOf(fields.lobby_opens_at, fields.time_zone);
  return { opens_at, ...(lobby ? { lobby_opens_at: lobby } : {}), closes_at: momentOf(fields.closes_at, fields.time_zone) || null, draw: fields.draw === "yes", ...rules } as SaleRequest;
}

export function sectionsOf(drafts: readonly SectionDraft[]): UniformSection[] {
  return drafts.map((one) => ({ name: one.name.trim(), price: Number(one.price), rows: Number(one.rows), seats_per_row: Number(one.seats) }));
}

export function requestOf({ fields, shows, sections }: Draft): ConcertRequest {
  return {
    title: fields.title.trim(), artist: fields.artist.trim(), venue: fields.venue.trim(), time_zone: fields.time_zone, description: fields.description.trim(),
    sale: saleOf(fields),
    shows: shows.map((show) => ({ starts_at: momentOf(show.starts, fields.time_zone), doors_at: momentOf(show.doors, fields.time_zone) || null, seat_map: { sections: sectionsOf(show.own ?? sections) } })),
    published: false,
  };
}

export function changed(before: Fields, after: Fields): Field[] {
  return allFields.filter((one) => before[one] !== after[one]);
}

/** The change that sets these fields. A new time zone keeps what the clocks show, so it moves every moment. */
export function changeOf(fields: Fields, which: readonly Field[]): ConcertChange {
  const wanted = new Set<Field>(which.includes("time_zone") ? [...which, ...times] : which);
  const change: ConcertChange = {};
  for (const one of details) if (wanted.has(one)) change[one] = fields[one];
  const sale: Record<string, unknown> = {};
  for (const one of numbers) if (wanted.has(one)) sale[one] = Number(fields[one]);
  for (const one of times) if (wanted.has(one)) sale[one] = momentOf(fields[one], fields.time_zone) || (one === "lobby_opens_at" ? momentOf(fields.opens_at, fields.time_zone) : null);
  if (wanted.has("draw")) sale.draw = fields.draw === "yes";
  return Object.keys(sale).length ? { ...change, sale } : change;
}

export function seatsOf(sections: SectionDraft[]): number {
  return sections.reduce((sum, one) => sum + (Number(one.rows) || 0) * (Number(one.seats) || 0), 0);
}

/** Of all dates together. */
export function allSeatsOf({ shows, sections }: Draft): number {
  return shows.reduce((sum, show) => sum + seatsOf(show.own ?? sections), 0);
}

export function worthOf(sections: SectionDraft[]): number {
  return sections.reduce((sum, one) => sum + (Number(one.rows) || 0) * (Number(one.seats) || 0) * (Number(one.price) || 0), 0);
}

/** "A" … "Z", "AA", "AB", … */
export function sectionName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : sectionName(Math.floor(index / 26) - 1) + letter;
}

export interface Pattern {
  count: string;
  rows: string;
  seats: string;
  first: string;
  last: string;
}

/** So many sections alike, their prices going evenly from the first to the last, in steps of 1,000 where they allow it. */
export function generate({ count, rows, seats, first, last }: Pattern): SectionDraft[] {
  const many = Math.min(1000, Math.max(1, Math.floor(Number(count) || 1)));
  const from = Number(first) || 0;
  const to = Number(last) || 0;
  const round = from % 1000 === 0 && to % 1000 === 0 ? 1000 : 1;
  return Array.from({ length: many }, (_, i) => {
    const price = many === 1 ? from : from + ((to - from) * i) / (many - 1);
    return { name: sectionName(i), price: String(Math.round(price / round) * round), rows, seats };
  });
}
