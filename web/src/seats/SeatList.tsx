// The seats as a list: a heading for each section and row, and in a row that is opened a checkbox for each seat. Equal to the map.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { money, moneyAloud } from "../shared/format";
import { Status, type Row, type Section } from "./model";
import type { SeatChoice } from "./choice";
import { t } from "./seats.words";

export const statusWords = [() => t("status.available"), () => t("status.held"), () => t("status.sold"), () => t("status.blocked")];

interface Part {
  state: SeatChoice;
  section: Section;
  say: (words: string) => void;
}

// The status is given, not read: a component that reads a signal is drawn again for that signal and for what it is given, alone.
function SeatBox({ state, section, row, index, status, say }: Part & { row: Row; index: number; status: Status }) {
  const isChosen = state.chosen.value.includes(index);
  const number = String(index - row.first + 1);
  const price = moneyAloud(section.price, state.model.currency);
  const words = statusWords[status]?.() ?? "";
  const change = (event: Event): void => {
    if (state.toggle(index) === "too many") {
      (event.currentTarget as HTMLInputElement).checked = false;
      say(t("seat.too_many", { count: state.most }));
    }
  };
  return (
    <label class={`seat-box ${status === Status.available || isChosen ? "" : "gone"} ${state.marksBlocked && status === Status.blocked ? "blocked" : ""}`}>
      <input type="checkbox" checked={isChosen} disabled={!state.canChoose(index) && !isChosen} onChange={change} aria-label={t("seat.aloud", { row: row.name, seat: number, price, status: words })} />
      <span aria-hidden="true">{number}</span>
    </label>
  );
}

/** Opened by the person; only then its contents exist, so that 100,000 seats cost nothing. */
function Fold({ level, title, about, children }: { level: 2 | 3; title: string; about: string; children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false);
  const Heading: "h2" | "h3" = `h${level}`;
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Heading>{title}</Heading>
        <span class="soft number">{about}</span>
      </summary>
      {isOpen && <div class="fold-content">{children()}</div>}
    </details>
  );
}

function freeIn(state: SeatChoice, row: Row): number {
  let free = 0;
  for (let k = 0; k < row.seats; ++k) if (state.model.isFree(row.first + k)) ++free;
  return free;
}

/** Chooses many seats in one press, where that can be done. */
function WholeButton({ state, words, first, seats }: { state: SeatChoice; words: string; first: number; seats: number }) {
  const choose = state.toggleAll;
  if (!choose) return null;
  return (
    <p>
      <button type="button" class="button" onClick={() => choose(Array.from({ length: seats }, (_, k) => first + k))}>
        {words}
      </button>
    </p>
  );
}

function RowPart({ row, ...part }: Part & { row: Row }) {
  const { state } = part;
  void state.version.value;
  return (
    <Fold level={3} title={t("list.row", { row: row.name })} about={t("list.left", { count: freeIn(state, row) })}>
      {() => (
        <>
          <WholeButton state={state} words={t("list.all_of_row")} first={row.first} seats={row.seats} />
          <div class="seat-boxes">
            {Array.from({ length: row.seats }, (_, k) => (
              <SeatBox key={k} {...part} row={row} index={row.first + k} status={state.model.status[row.first + k] ?? Status.blocked} />
            ))}
          </div>
        </>
      )}
    </Fold>
  );
}

function SectionPart({ number, ...part }: Part & { number: number }) {
  const { state, section } = part;
  void state.version.value;
  const about = `${money(section.price, state.model.currency)} · ${t("list.left", { count: state.model.left[number] ?? 0 })}`;
  return (
    <Fold level={2} title={t("list.section", { section: section.name })} about={about}>
      {() => (
        <>
          <WholeButton state={state} words={t("list.all_of_section")} first={section.first} seats={section.seats} />
          {section.rows.map((row) => (
            <RowPart key={row.name} {...part} row={row} />
          ))}
        </>
      )}
    </Fold>
  );
}

export function SeatList({ state, say }: { state: SeatChoice; say: (words: string) => void }) {
  return (
    <div class="seat-list">
      {state.model.sections.map((section, i) => (
        <SectionPart key={section.name} number={i} section={section} state={state} say={say} />
      ))}
    </div>
  );
}
