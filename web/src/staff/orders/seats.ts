// The seats of a show as staff see them: which are free, held, sold or blocked, and which of them staff have chosen.
import { signal } from "@preact/signals";
import type { Availability } from "../../../generated/api";
import type { SeatChoice } from "../../seats/choice";
import { Status, type SeatModel } from "../../seats/model";

export class StaffSeats implements SeatChoice {
  readonly version = signal(0);
  readonly chosen = signal<number[]>([]);
  readonly marksBlocked = true;
  readonly most = Infinity;
  onSeats: (seats: number[] | undefined) => void = () => {};
  readonly toggleAll: ((seats: number[]) => void) | undefined;

  constructor(
    readonly model: SeatModel,
    private readonly canAct: boolean,
  ) {
    if (canAct) this.toggleAll = (seats) => this.chooseAll(seats);
  }

  take(news: Availability): void {
    if (this.version.value > 0 && news.version === this.model.version) return;
    this.onSeats(this.model.take(news));
    this.version.value += 1;
    const still = this.chosen.value.filter((index) => this.canChoose(index));
    if (still.length < this.chosen.value.length) this.chosen.value = still;
  }

  /** What nobody holds or has bought: it can be blocked, put on sale, given away. */
  canChoose(index: number): boolean {
    const status = this.model.status[index];
    return this.canAct && (status === Status.available || status === Status.blocked);
  }

  toggle(index: number): "chosen" | "given back" | "gone" {
    const chosen = this.chosen.value;
    if (chosen.includes(index)) {
      this.chosen.value = chosen.filter((one) => one !== index);
      return "given back";
    }
    if (!this.canChoose(index)) return "gone";
    this.chosen.value = [...chosen, index];
    return "chosen";
  }

  private chooseAll(seats: number[]): void {
    const wanted = seats.filter((index) => this.canChoose(index));
    const chosen = new Set(this.chosen.value);
    const all = wanted.every((index) => chosen.has(index));
    for (const index of wanted) all ? chosen.delete(index) : chosen.add(index);
    this.chosen.value = [...chosen];
  }

  clear(): void {
    this.chosen.value = [];
  }

  get labels(): string[] {
    return this.chosen.value.map((index) => this.model.label(index));
  }
}
