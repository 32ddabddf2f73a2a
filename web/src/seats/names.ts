// Seats in words.
import type { SeatModel } from "./model";
import { t } from "./seats.words";

/** "A, row 3, seat 12". */
export function seatName(model: SeatModel, index: number): string {
  const { section, row, number } = model.seat(index);
  return t("seat.name", { section: section.name, row: row.name, seat: String(number) });
}

/** The same for a label of the contract, "A-3-12". */
export function labelName(label: string): string {
  const [section = "", row = "", seat = ""] = label.split("-");
  return t("seat.name", { section, row, seat });
}
