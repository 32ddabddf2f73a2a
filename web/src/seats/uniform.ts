// The model of sections whose rows all have the same number of seats, as staff build them.
import { SeatModel } from "./model";

export interface UniformSection {
  name: string;
  price: number;
  rows: number;
  seats_per_row: number;
}

export function uniformModel(show_id: string, currency: string, sections: readonly UniformSection[]): SeatModel {
  const rowsOf = (rows: number, seats: number) => Array.from({ length: rows }, (_, i) => ({ name: String(i + 1), seats, x: 0, y: i }));
  return new SeatModel({ show_id, currency, sections: sections.map(({ name, price, rows, seats_per_row }) => ({ name, price, rows: rowsOf(rows, seats_per_row) })) });
}
