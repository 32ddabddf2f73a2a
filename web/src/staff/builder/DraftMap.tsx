// The seats of a draft on the buyers' own map, to look at and to try.
import { signal } from "@preact/signals";
import { useMemo, useState } from "preact/hooks";
import type { SeatChoice } from "../../seats/choice";
import { Legend } from "../../seats/Legend";
import type { SeatModel } from "../../seats/model";
import { SeatCanvas } from "../../seats/SeatCanvas";
import { uniformModel, type UniformSection } from "../../seats/uniform";
import { sectionsOf, type SectionDraft } from "./draft";
import { kMostSeats } from "./faults";
import { t } from "./builder.words";

/** All seats are free, and nobody hears of what is chosen. */
class DraftSeats implements SeatChoice {
  readonly version = signal(0);
  readonly chosen = signal<number[]>([]);
  readonly marksBlocked = false;
  onSeats: (seats: number[] | undefined) => void = () => {};

  constructor(
    readonly model: SeatModel,
    readonly most: number,
  ) {
    model.take({ version: 1, available: model.total, sections: model.sections.map(({ name, seats }) => ({ name, seats: "a".repeat(seats) })) } as Parameters<SeatModel["take"]>[0]);
  }

  canChoose(): boolean {
    return true;
  }

  toggle(index: number): "chosen" | "given back" | "too many" {
    const chosen = this.chosen.value;
    const isChosen = chosen.includes(index);
    if (!isChosen && chosen.length >= this.most) return "too many";
    this.chosen.value = isChosen ? chosen.filter((one) => one !== index) : [...chosen, index];
    return isChosen ? "given back" : "chosen";
  }
}

/** Those that can be drawn: while somebody types, a number may be missing. */
function drawable(drafts: readonly SectionDraft[]): UniformSection[] {
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 1000;
  return sectionsOf(drafts).filter((one) => isCount(one.rows) && isCount(one.seats_per_row) && one.price >= 0);
}

export function DraftMap({ sections, currency, most }: { sections: SectionDraft[]; currency: string; most: number }) {
  const [said, say] = useState("");
  const whole = drawable(sections);
  const isTooLarge = whole.reduce((sum, one) => sum + one.rows * one.seats_per_row, 0) > kMostSeats;
  const state = useMemo(
    () => (whole.length === 0 || isTooLarge ? undefined : new DraftSeats(uniformModel("", currency, whole), most)),
    [JSON.stringify(whole), currency, most],
  );
  if (!state) return null;
  return (
    <div class="stack">
      <div class="row apart">
        <p class="small soft">{t("seats.as_buyers")}</p>
        <p class="said" role="status">
          {said}
        </p>
      </div>
      <SeatCanvas state={state} say={say} />
      <Legend model={state.model} marksBlocked={state.marksBlocked} />
    </div>
  );
}
