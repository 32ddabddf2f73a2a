// Seats in words.
import type { SeatModel } from "./model";
import { t } from "./seats.words";

/** "Section A, row 3, seat 12". */
export function seatName(model: SeatModel, index: number): string {
  const { section, row, number } = model.seat(index);
  return t("seat.name", { section: section.name, row: row.name, seat: String(number) });
}

/** The same where there is little room: "A-3-12". */
export function shortName(model: SeatModel, index: number): string {
  const { section, row, number } = model.seat(index);
  return t("seat.short", { section: section.name, row: row.name, seat: String(number) });
}

/** The same for a label of the contract, "A-3-12". */
export function labelName(label: string): string {
  const [section = "", row = "", seat = ""] = label.split("-");
  return t("seat.name", { section, row, seat });
}

/** 5, 6, 7, 9 as "5–7, 9". */
function runs(numbers: number[]): string {
  const out: [number, number][] = [];
  for (const one of numbers.sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last?.[1] === one - 1) last[1] = one;
    else out.push([one, one]);
  }
  return out.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

/** Several at once, row by row: "Section A, row 4, seats 5–20". */
export function labelNames(labels: string[]): string {
  const rows = new Map<string, number[]>();
  for (const label of labels) {
    const cut = label.lastIndexOf("-");
    const row = label.slice(0, cut);
    rows.set(row, [...(rows.get(row) ?? []), Number(label.slice(cut + 1))]);
  }
  const named = [...rows].map(([place, numbers]) => {
    const [section = "", row = ""] = place.split("-");
    return numbers.length === 1 ? labelName(`${place}-${numbers[0]}`) : t("seat.names", { section, row, seats: runs(numbers) });
  });
  return named.join("; ");
}
