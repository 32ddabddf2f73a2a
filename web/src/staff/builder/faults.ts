// What the server refused, by the name of the form's field. The server's rules are the only ones; here are the words for them in
// both languages.
import { Refused } from "../../shared/problem";
import { bounds, type NumberRule, type ShowDraft } from "./draft";
import { t } from "./builder.words";

export type Faults = Record<string, string>;

const kMostSections = 1000;
const kMostRows = 1000;
const kMostPrice = 1_000_000_000;
const kMostShows = 100;
/** Of one date. */
export const kMostSeats = 200_000;

/** Begins the names of the fields of a date's own seats; the others' have none. */
export const prefixOf = (show: number): string => `own-${show}-`;

// "/sale/opens_at" → "opens_at", "/shows/0/starts_at" → "starts-0", "/shows/0/seat_map/sections/2/price" → "section-2-price", and
// "own-0-section-2-price" where the date has seats of its own.
function nameOf(pointer: string, shows: readonly ShowDraft[]): string {
  const parts = pointer.split("/").slice(1);
  if (parts[0] !== "shows") return parts.at(-1) ?? "";
  const show = Number(parts[1]);
  if (parts[2] === "seat_map") return (shows[show]?.own ? prefixOf(show) : "") + (parts.length > 5 ? `section-${parts[4]}-${parts[5]}` : "sections");
  return parts[2] ? `${parts[2] === "doors_at" ? "doors" : "starts"}-${show}` : "shows";
}

// By the field's last word: "title", "starts", "price".
const kWords: Record<string, () => string> = {
  title: () => t("fault.words", { most: 200 }),
  artist: () => t("fault.words", { most: 200 }),
  venue: () => t("fault.words", { most: 200 }),
  description: () => t("fault.long", { most: 10_000 }),
  time_zone: () => t("fault.time_zone"),
  opens_at: () => t("fault.opens_at"),
  draw: () => t("fault.draw"),
  lobby_opens_at: () => t("fault.lobby_opens_at"),
  closes_at: () => t("fault.closes_at"),
  starts: () => t("fault.time"),
  doors: () => t("fault.time"),
  name: () => t("fault.section_name"),
  price: () => t("fault.range", { least: 0, most: kMostPrice }),
  rows: () => t("fault.range", { least: 1, most: kMostRows }),
  seats_per_row: () => t("fault.range", { least: 1, most: kMostRows }),
  sections: () => t("fault.sections", { most: kMostSections, seats: kMostSeats }),
  shows: () => t("fault.shows", { most: kMostShows }),
};

function wordsOf(name: string, message: string): string {
  const range = bounds[name as NumberRule];
  if (range) return t("fault.range", { least: range[0], most: range[1] });
  const kind = name.startsWith("starts-") || name.startsWith("doors-") ? name.slice(0, name.indexOf("-")) : (name.split("-").at(-1) ?? "");
  return kWords[kind]?.() ?? t("fault.other", { message });
}

export function faultsOf(error: unknown, shows: readonly ShowDraft[] = []): Faults {
  if (!(error instanceof Refused)) return {};
  const faults: Faults = {};
  for (const { pointer, message } of error.body.errors ?? []) {
    const name = nameOf(pointer, shows);
    faults[name] ??= wordsOf(name, message);
  }
  return faults;
}
