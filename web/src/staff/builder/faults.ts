// What the server refused, by the name of the form's field. The server's rules are the only ones.
import { Refused } from "../../shared/problem";
import { bounds, type NumberRule } from "./draft";
import { t } from "./builder.words";

export type Faults = Record<string, string>;

// "/sale/opens_at" → "opens_at", "/shows/0/starts_at" → "starts-0", "/shows/0/seat_map/sections/2/price" → "section-2-price".
function nameOf(pointer: string): string {
  const parts = pointer.split("/").slice(1);
  if (parts[0] === "shows" && parts[2] === "seat_map") return parts.length > 5 ? `section-${parts[4]}-${parts[5]}` : "sections";
  if (parts[0] === "shows") return parts[2] ? `${parts[2] === "doors_at" ? "doors" : "starts"}-${parts[1]}` : "shows";
  return parts.at(-1) ?? "";
}

// The server's own words about a field are English; where the rule is known they are ours.
function wordsOf(name: string, message: string): string {
  const range = bounds[name as NumberRule];
  return range ? t("fault.range", { least: range[0], most: range[1] }) : t("fault.other", { message });
}

export function faultsOf(error: unknown): Faults {
  if (!(error instanceof Refused)) return {};
  const faults: Faults = {};
  for (const { pointer, message } of error.body.errors ?? []) {
    const name = nameOf(pointer);
    faults[name] ??= wordsOf(name, message);
  }
  return faults;
}
