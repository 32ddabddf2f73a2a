// What the map and the list show, and what a press on a seat does there: buyers choose seats to hold, staff seats to take off sale.
import type { Signal } from "@preact/signals";
import type { SeatModel } from "./model";

export interface SeatChoice {
  readonly model: SeatModel;
  /** Grows with every change; what shows seats reads it. */
  readonly version: Signal<number>;
  readonly chosen: Signal<number[]>;
  /** Who draws is told which seats changed; undefined: all may have. */
  onSeats: (seats: number[] | undefined) => void;
  /** How many one may choose. */
  readonly most: number;
  /** Blocked seats look other than sold ones. */
  readonly marksBlocked: boolean;
  canChoose(index: number): boolean;
  toggle(index: number): "chosen" | "given back" | "gone" | "too many";
  /** All of them, or none where all are chosen already; absent where only single seats can be chosen. */
  toggleAll?: ((seats: number[]) => void) | undefined;
}
