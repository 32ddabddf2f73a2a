// The seats of one section as a grid: each a button, moved through with the arrow keys; a row is chosen by its name. Of a large
// section some rows at a time, so that a page never holds a hundred thousand buttons.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "./orders.words";
import { SelectField } from "../parts/fields";

export const kStatuses = { a: () => t("seats.available"), h: () => t("seats.held"), s: () => t("seats.sold"), b: () => t("seats.blocked") };
export type Letter = keyof typeof kStatuses;
const kSeatsAtOnce = 2_000;

export interface GridSection {
  name: string;
  rows: number;
  seats_per_row: number;
  /** One letter a seat, row after row. */
  letters: string;
}
interface GridProps {
  section: GridSection;
  chosen: ReadonlySet<string>;
  toggle: (labels: string[]) => void;
  canChoose: boolean;
}

export function SeatGrid({ section, chosen, toggle, canChoose }: GridProps) {
  const { name, rows, seats_per_row: seats, letters } = section;
  const window = Math.max(1, Math.floor(kSeatsAtOnce / seats));
  const [first, setFirst] = useState(0);
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setFirst(0);
    setAt(0);
  }, [name]);
  const from = first * window;
  const to = Math.min(rows, from + window);
  const label = (row: number, seat: number): string => `${name}-${row + 1}-${seat + 1}`;
  const move = (event: KeyboardEvent): void => {
    const row = Math.floor(at / seats);
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -seats, ArrowDown: seats, Home: -(at % seats), End: seats - 1 - (at % seats) };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = at + step;
    const isSameRow = Math.floor(next / seats) === row;
    if (next < 0 || next >= (to - from) * seats || (Math.abs(step) < seats && !isSameRow)) return;
    setAt(next);
    grid.current?.querySelector<HTMLElement>(`[data-at="${next}"]`)?.focus();
  };
  const pages = Math.ceil(rows / window);
  return (
    <div class="stack">
      {pages > 1 && (
        <SelectField
          name="rows"
          label={t("seats.rows")}
          value={String(first)}
          onPick={(value) => {
            setFirst(Number(value));
            setAt(0);
          }}
          choices={Array.from({ length: pages }, (_, i) => ({ value: String(i), words: t("seats.rows_words", { from: i * window + 1, to: Math.min(rows, (i + 1) * window) }) }))}
        />
      )}
      <div class="seat-grid-box" data-scrolls>
        <div ref={grid} class="seat-grid" role="grid" aria-label={t("seats.grid", { name })} onKeyDown={move}>
          {Array.from({ length: to - from }, (_, r) => {
            const row = from + r;
            return (
              <div key={row} class="seat-row" role="row">
                <span role="rowheader" class="row-name">
                  <button type="button" class="number" disabled={!canChoose} aria-label={t("seats.choose_row", { row: row + 1 })} onClick={() => toggle(Array.from({ length: seats }, (_, s) => label(row, s)))}>
                    {row + 1}
                  </button>
                </span>
                {Array.from({ length: seats }, (_, s) => {
                  const letter = (letters[row * seats + s] ?? "b") as Letter;
                  const isChosen = chosen.has(label(row, s));
                  const place = r * seats + s;
                  return (
                    <span key={s} role="gridcell" aria-selected={isChosen}>
                      <button
                        type="button"
                        class={`seat seat-${letter} ${isChosen ? "chosen" : ""}`}
                        tabIndex={place === at ? 0 : -1}
                        data-at={place}
                        aria-label={t("seats.seat", { row: row + 1, seat: s + 1, status: kStatuses[letter]() })}
                        aria-pressed={isChosen}
                        disabled={!canChoose}
                        onClick={() => {
                          setAt(place);
                          toggle([label(row, s)]);
                        }}
                      >
                        <span aria-hidden="true">{s + 1}</span>
                      </button>
                    </span>
                  );
                })}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
