// The seats of a show: where they lie, what they cost, who has them. Pure; drawn by draw.ts and listed by SeatList.
//
// A seat is an index: sections in order, in each its rows, in each the seats from number 1. The contract's compact form of the
// availability has the same order.
import type { Availability, SeatRows, SeatStatus } from "../../generated/api";

export const enum Status {
  available,
  held,
  sold,
  blocked,
}
const kLetters = "ahsb";
const kWords: SeatStatus[] = ["available", "held", "sold", "blocked"];

export interface Row {
  name: string;
  first: number; // index of its first seat
  seats: number;
}
export interface Section {
  name: string;
  price: number;
  tier: number; // 0 for the dearest price
  first: number;
  seats: number;
  rows: Row[];
  columns: number; // of its longest row
  // Where its block lies on the map, in seats.
  left: number;
  top: number;
}
export interface Seat {
  section: Section;
  row: Row;
  number: number;
}

const kGap = 4;
const kNameRoom = 4; // above a block, for its name
const kStageRoom = 8;
const kShape = 1.5; // width of the map to its height

/** Places the blocks on shelves, in their order, so that the map is a little wider than high. */
function layOut(sections: Section[]): { width: number; height: number } {
  const widest = Math.max(...sections.map((one) => one.columns));
  const area = sections.reduce((sum, one) => sum + (one.columns + kGap) * (one.rows.length + kGap + kNameRoom), 0);
  const width = Math.max(widest, Math.sqrt(area * kShape));
  let top = kStageRoom;
  let shelf: Section[] = [];
  const close = (): void => {
    const used = shelf.reduce((sum, one) => sum + one.columns, (shelf.length - 1) * kGap);
    let left = (width - used) / 2;
    for (const one of shelf) {
      one.left = left;
      one.top = top + kNameRoom;
      left += one.columns + kGap;
    }
    top += kNameRoom + Math.max(...shelf.map((one) => one.rows.length)) + kGap;
    shelf = [];
  };
  for (const one of sections) {
    const used = shelf.reduce((sum, other) => sum + other.columns + kGap, 0);
    if (shelf.length && used + one.columns > width) close();
    shelf.push(one);
  }
  close();
  return { width, height: top };
}

export class SeatModel {
  readonly sections: Section[];
  readonly prices: number[]; // dearest first
  readonly currency: string;
  readonly total: number;
  readonly width: number;
  readonly height: number;
  readonly status: Uint8Array;
  readonly left: number[]; // seats that are available, by section
  version = 0;
  private readonly byName = new Map<string, { section: Section; rows: Map<string, Row> }>();

  constructor(map: SeatRows) {
    this.currency = map.currency;
    this.prices = [...new Set(map.sections.map((one) => one.price))].sort((a, b) => b - a);
    let index = 0;
    this.sections = map.sections.map(({ name, price, rows }) => {
      const first = index;
      const own = rows.map((row): Row => {
        const made = { name: row.name, first: index, seats: row.seats };
        index += row.seats;
        return made;
      });
      const columns = Math.max(...own.map((row) => row.seats));
      return { name, price, tier: this.prices.indexOf(price), first, seats: index - first, rows: own, columns, left: 0, top: 0 };
    });
    this.total = index;
    this.status = new Uint8Array(index).fill(Status.blocked);
    this.left = this.sections.map(() => 0);
    ({ width: this.width, height: this.height } = layOut(this.sections));
    for (const section of this.sections) this.byName.set(section.name, { section, rows: new Map(section.rows.map((row) => [row.name, row])) });
  }

  sectionNumber(index: number): number {
    let low = 0;
    let high = this.sections.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.sections[middle] as Section).first <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  seat(index: number): Seat {
    const section = this.sections[this.sectionNumber(index)] as Section;
    const row = section.rows.findLast((one) => one.first <= index) as Row;
    return { section, row, number: index - row.first + 1 };
  }

  label(index: number): string {
    const { section, row, number } = this.seat(index);
    return `${section.name}-${row.name}-${number}`;
  }

  /** −1 where there is no such seat. */
  indexOf(label: string): number {
    const [section = "", row = "", number = ""] = label.split("-");
    const found = this.byName.get(section)?.rows.get(row);
    const offset = Number(number) - 1;
    return found && offset >= 0 && offset < found.seats ? found.first + offset : -1;
  }

  price(index: number): number {
    return (this.sections[this.sectionNumber(index)] as Section).price;
  }

  isFree(index: number): boolean {
    return this.status[index] === Status.available;
  }

  get available(): number {
    return this.left.reduce((sum, count) => sum + count, 0);
  }

  /** Takes what changed, or the whole; gives the seats that changed, or undefined where all may have. */
  take(news: Availability): number[] | undefined {
    if (news.version < this.version) return [];
    this.version = news.version;
    if (news.changes) return this.takeChanges(news.changes);
    news.sections?.forEach((part, i) => {
      const section = this.sections[i] as Section;
      let free = 0;
      for (let k = 0; k < part.seats.length; ++k) {
        const status = kLetters.indexOf(part.seats.charAt(k));
        this.status[section.first + k] = status;
        if (status === Status.available) ++free;
      }
      this.left[i] = free;
    });
    return undefined;
  }

  private takeChanges(changes: { seat: string; status: SeatStatus }[]): number[] {
    const changed: number[] = [];
    for (const { seat, status } of changes) {
      const index = this.indexOf(seat);
      if (index >= 0 && this.set(index, kWords.indexOf(status))) changed.push(index);
    }
    return changed;
  }

  private set(index: number, now: Status): boolean {
    if (this.status[index] === now) return false;
    const section = this.sectionNumber(index);
    if (this.isFree(index)) this.left[section] = (this.left[section] ?? 0) - 1;
    if (now === Status.available) this.left[section] = (this.left[section] ?? 0) + 1;
    this.status[index] = now;
    return true;
  }

  /** A hold that was refused knows of seats before the news of them is here. */
  markHeld(seats: number[]): void {
    for (const index of seats) if (this.isFree(index)) this.set(index, Status.held);
  }

  /** The free seats nearest to each of the lost, none twice and none of `taken`: same section first, then the same price. */
  nearestFree(lost: number[], taken: number[]): number[] {
    const used = new Set([...taken, ...lost]);
    const found: number[] = [];
    for (const one of lost) {
      const best = this.nearestTo(one, used);
      if (best < 0) continue;
      used.add(best);
      found.push(best);
    }
    return found;
  }

  private nearestTo(lost: number, used: Set<number>): number {
    const home = this.seat(lost);
    const row = home.section.rows.indexOf(home.row);
    let best = -1;
    let least = Infinity;
    for (const section of this.sections) {
      const away = section === home.section ? 0 : section.price === home.section.price ? 1e4 : 1e6 + Math.abs(section.price - home.section.price);
      if (away >= least) continue;
      section.rows.forEach((other, i) => {
        for (let k = 0; k < other.seats; ++k) {
          const index = other.first + k;
          if (this.status[index] !== Status.available || used.has(index)) continue;
          const cost = away + Math.abs(i - row) * 3 + Math.abs(k + 1 - home.number);
          if (cost < least) [least, best] = [cost, index];
        }
      });
    }
    return best;
  }

  /** The seat at a place of the map, −1 where there is none. */
  at(x: number, y: number): number {
    const section = this.sectionAt(x, y, 0);
    const row = section?.rows[Math.floor(y - section.top)];
    if (!section || !row) return -1;
    const number = Math.floor(x - section.left - (section.columns - row.seats) / 2);
    return number >= 0 && number < row.seats ? row.first + number : -1;
  }

  sectionAt(x: number, y: number, around: number): Section | undefined {
    return this.sections.find(
      (one) => x >= one.left - around && x < one.left + one.columns + around && y >= one.top - kNameRoom * Math.sign(around) && y < one.top + one.rows.length + around,
    );
  }
}
