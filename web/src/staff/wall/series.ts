// What the charts show: the server's past, and a point more with each event.
import type { History, Stats } from "../../../generated/api";

export const figures = ["waiting", "called", "admitted", "missed", "holds", "sold", "revenue", "joined_per_minute", "admitted_per_minute", "paid_per_minute", "p99_us"] as const;
export type Figure = (typeof figures)[number];

export interface Series {
  spanMs: number;
  stepMs: number;
  at: number[];
  of: Record<Figure, number[]>;
}

export function emptySeries(spanMs: number, stepMs: number): Series {
  return { spanMs, stepMs, at: [], of: Object.fromEntries(figures.map((one) => [one, []])) as unknown as Series["of"] };
}

export function seriesOf(history: History, spanMs: number): Series {
  const start = Date.parse(history.start);
  const of = Object.fromEntries(figures.map((one) => [one, history[one].slice()])) as Series["of"];
  return { spanMs, stepMs: history.step * 1000, at: history.offsets_ms.map((offset) => start + offset), of };
}

export function figureOf(stats: Stats, figure: Figure): number {
  switch (figure) {
    case "joined_per_minute":
      return stats.per_minute.joined;
    case "admitted_per_minute":
      return stats.per_minute.admitted;
    case "paid_per_minute":
      return stats.per_minute.orders_paid;
    case "p99_us":
      return Math.round(stats.node.p99_ms * 1000);
    default:
      return stats[figure];
  }
}

/** A new series with the point at its end, in place of the last one of the same step; points that left the span are dropped. */
export function withPoint({ at: old, of: values, spanMs, stepMs }: Series, stats: Stats): Series {
  const at = Date.parse(stats.server_time);
  const last = old.at(-1);
  const isSameStep = last !== undefined && Math.floor(last / stepMs) === Math.floor(at / stepMs);
  const first = old.findIndex((one) => one > at - spanMs);
  const from = first < 0 ? old.length : first;
  const to = old.length - (isSameStep ? 1 : 0);
  const of = Object.fromEntries(figures.map((one) => [one, [...values[one].slice(from, to), figureOf(stats, one)]])) as Series["of"];
  return { spanMs, stepMs, at: [...old.slice(from, to), at], of };
}
