// The fields of a concert that can be edited at any time, each with what its value means in practice.
import type { ComponentChildren } from "preact";
import { number } from "../../shared/format";
import { AreaField, SelectField, TextField } from "../parts/fields";
import { duration } from "../wall/wall.words";
import { zones } from "../zone";
import { bounds, numbers, times, type Field, type Fields, type NumberRule } from "./draft";
import type { Faults } from "./faults";
import { t } from "./builder.words";

export const fieldNames: Record<Field, () => string> = {
  title: () => t("field.title"),
  artist: () => t("field.artist"),
  venue: () => t("field.venue"),
  time_zone: () => t("field.time_zone"),
  description: () => t("field.description"),
  opens_at: () => t("field.opens_at"),
  lobby_opens_at: () => t("field.lobby_opens_at"),
  closes_at: () => t("field.closes_at"),
  draw: () => t("field.draw"),
  capacity: () => t("field.capacity"),
  entries_per_minute: () => t("field.entries_per_minute"),
  people_per_seat: () => t("field.people_per_seat"),
  entry_seconds: () => t("field.entry_seconds"),
  claim_seconds: () => t("field.claim_seconds"),
  hold_seconds: () => t("field.hold_seconds"),
  max_seats_per_user: () => t("field.max_seats_per_user"),
};

function secondsWords(text: string): string {
  return duration(Number(text) / 60);
}

/** What a rule's value means for a sale with so many seats. */
function meaning(rule: NumberRule, fields: Fields, seats: number): string {
  const value = Number(fields[rule]);
  if (!(value > 0) && rule !== "people_per_seat") return "";
  switch (rule) {
    case "capacity":
      return t("field.capacity_about");
    case "entries_per_minute":
      return t("field.entries_per_minute_about", { rate: value, time: duration(60_000 / value) });
    case "people_per_seat":
      return value > 0 ? t("field.people_per_seat_about", { count: value * 100 }) : t("field.people_per_seat_none");
    case "entry_seconds":
      return t("field.entry_seconds_about", { time: secondsWords(fields[rule]), capacity: Number(fields.capacity), flow: Math.floor((Number(fields.capacity) * 60) / value) });
    case "claim_seconds":
      return t("field.claim_seconds_about", { time: secondsWords(fields[rule]) });
    case "hold_seconds":
      return t("field.hold_seconds_about", { time: secondsWords(fields[rule]) });
    case "max_seats_per_user":
      return t("field.max_seats_per_user_about", { seats, people: Math.ceil(seats / value) });
  }
}

const kTimeHints = { opens_at: () => t("field.opens_at_about"), lobby_opens_at: () => t("field.lobby_opens_at_about"), closes_at: () => t("field.closes_at_about") };

interface SetProps {
  fields: Fields;
  faults: Faults;
  seats: number;
  set: (field: Field, text: string) => void;
}

export function Details({ fields, faults, set }: SetProps) {
  const text = (field: "title" | "artist" | "venue"): ComponentChildren => (
    <TextField name={field} label={fieldNames[field]()} value={fields[field]} onText={(value) => set(field, value)} fault={faults[field]} autocomplete="off" />
  );
  return (
    <section class="card stack" aria-labelledby="details">
      <h2 id="details">{t("build.details")}</h2>
      {text("title")}
      <div class="pair">
        {text("artist")}
        {text("venue")}
      </div>
      <TextField name="time_zone" label={t("field.time_zone")} hint={t("field.time_zone_hint")} value={fields.time_zone} onText={(value) => set("time_zone", value)} fault={faults.time_zone} list="zones" autocomplete="off" />
      <datalist id="zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <AreaField name="description" label={t("field.description")} value={fields.description} onText={(value) => set("description", value)} fault={faults.description} />
    </section>
  );
}

export function Rules({ fields, faults, set, seats }: SetProps) {
  return (
    <section class="card stack" aria-labelledby="rules">
      <h2 id="rules">{t("build.rules")}</h2>
      <div class="pair">
        {times.map((field) => (
          <TextField key={field} name={field} type="datetime-local" label={fieldNames[field]()} hint={kTimeHints[field]()} value={fields[field]} onText={(value) => set(field, value)} fault={faults[field]} />
        ))}
        <SelectField name="draw" label={t("field.draw")} hint={t("field.draw_about")} value={fields.draw} onPick={(value) => set("draw", value)} choices={[{ value: "", words: t("field.draw_no") }, { value: "yes", words: t("field.draw_yes") }]} fault={faults.draw} />
        {numbers.map((rule) => (
          <TextField key={rule} name={rule} type="number" inputMode="numeric" min={bounds[rule][0]} max={bounds[rule][1]} label={fieldNames[rule]()} hint={meaning(rule, fields, seats)} value={fields[rule]} onText={(value) => set(rule, value)} fault={faults[rule]} />
        ))}
      </div>
    </section>
  );
}

/** A field's value as people read it. */
export function fieldText(field: Field, fields: Fields): string {
  const value = fields[field];
  if (field === "draw") return value ? t("field.draw_yes") : t("field.draw_no");
  if ((numbers as readonly string[]).includes(field)) return number(Number(value));
  if ((times as readonly string[]).includes(field)) return value.replace("T", " ") || t("conflict.empty");
  return value || t("conflict.empty");
}
