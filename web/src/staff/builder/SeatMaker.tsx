// Sections, rows, seats and prices: made in one go, then changed one by one.
import { useState } from "preact/hooks";
import { money } from "../../shared/format";
import { TextField } from "../parts/fields";
import { generate, sectionName, seatsOf, worthOf, type Pattern, type SectionDraft } from "./draft";
import { DraftMap } from "./DraftMap";
import type { Faults } from "./faults";
import { t } from "./builder.words";

interface MakerProps {
  /** The heading's words, and what its fields' names begin with. */
  title: string;
  prefix: string;
  sections: SectionDraft[];
  faults: Faults;
  currency: string;
  /** How many seats a person may have. */
  most: number;
  set: (sections: SectionDraft[]) => void;
}

function Generator({ prefix, set }: Pick<MakerProps, "prefix" | "set">) {
  const [pattern, setPattern] = useState<Pattern>({ count: "4", rows: "20", seats: "25", first: "154000", last: "88000" });
  const field = (name: keyof Pattern, label: string) => (
    <TextField name={`${prefix}make-${name}`} label={label} type="number" inputMode="numeric" min={0} value={pattern[name]} onText={(value) => setPattern((before) => ({ ...before, [name]: value }))} />
  );
  return (
    <fieldset class="maker">
      <legend>{t("seats.generate")}</legend>
      <p class="hint small soft">{t("seats.generate_about")}</p>
      <div class="maker-fields">
        {field("count", t("seats.count"))}
        {field("rows", t("seats.rows"))}
        {field("seats", t("seats.per_row"))}
        {field("first", t("seats.first"))}
        {field("last", t("seats.last"))}
        <button type="button" class="button" onClick={() => set(generate(pattern))}>
          {t("seats.generate")}
        </button>
      </div>
    </fieldset>
  );
}

const kFaultNames = { name: "name", price: "price", rows: "rows", seats: "seats_per_row" } as const;

interface RowProps {
  section: SectionDraft;
  index: number;
  /** Begins the names of its fields. */
  prefix: string;
  faults: Faults;
  change: (part: Partial<SectionDraft>) => void;
  remove: () => void;
}

function SectionRow({ section, index, prefix, faults, change, remove }: RowProps) {
  const fault = (name: keyof SectionDraft): string | undefined => faults[`${prefix}section-${index}-${kFaultNames[name]}`];
  const whole = (name: "price" | "rows" | "seats", label: string) => (
    <TextField name={`${prefix}section-${index}-${name}`} label={label} type="number" inputMode="numeric" min={0} value={section[name]} onText={(value) => change({ [name]: value })} fault={fault(name)} />
  );
  return (
    <fieldset class="section-row">
      <legend class="visually-hidden">{t("seats.section", { count: index + 1 })}</legend>
      <TextField name={`${prefix}section-${index}-name`} label={t("seats.name")} value={section.name} onText={(name) => change({ name })} fault={fault("name")} autocomplete="off" />
      {whole("price", t("seats.price"))}
      {whole("rows", t("seats.rows"))}
      {whole("seats", t("seats.per_row"))}
      <button type="button" class="button quiet" aria-label={t("seats.remove", { name: section.name })} onClick={remove}>
        ✕
      </button>
    </fieldset>
  );
}

export function SeatMaker({ title, prefix, sections, faults, currency, most, set }: MakerProps) {
  const change = (index: number, part: Partial<SectionDraft>): void => set(sections.map((one, i) => (i === index ? { ...one, ...part } : one)));
  const add = (): void => {
    const last = sections.at(-1);
    set([...sections, { price: last?.price ?? "99000", rows: last?.rows ?? "10", seats: last?.seats ?? "20", name: sectionName(sections.length) }]);
  };
  const summary = t("seats.sum", { seats: seatsOf(sections), sections: sections.length, worth: money(worthOf(sections), currency) });
  return (
    <section class="card stack" aria-labelledby={`${prefix}seats`}>
      <h2 id={`${prefix}seats`}>{title}</h2>
      <Generator prefix={prefix} set={set} />
      {faults[`${prefix}sections`] && <p class="note bad">{faults[`${prefix}sections`]}</p>}
      <div class="section-rows">
        {sections.map((section, index) => (
          <SectionRow key={index} section={section} index={index} prefix={prefix} faults={faults} change={(part) => change(index, part)} remove={() => set(sections.filter((_, i) => i !== index))} />
        ))}
      </div>
      <p>
        <button type="button" class="button" onClick={add}>
          {t("seats.add")}
        </button>
      </p>
      <p role="status">{summary}</p>
      <DraftMap sections={sections} currency={currency} most={most} />
    </section>
  );
}
