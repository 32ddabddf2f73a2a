// The fields of staff's forms, which give their text: of one line, of several, a choice, a tick.
import { Field, FieldFrame, Hint, tied, type About } from "../../shared/Field";

interface Input extends About {
  value: string;
  onText: (text: string) => void;
  type?: "text" | "number" | "password" | "search" | "datetime-local";
  min?: number;
  max?: number;
  inputMode?: "numeric";
  autocomplete?: "off";
  autocapitalize?: "off" | "characters";
  spellcheck?: boolean;
  /** The id of a datalist. */
  list?: string;
}

export function TextField({ onText, ...input }: Input) {
  // Preact's types tell inputs apart by `type`, which is any of ours here.
  const given = { type: "text", ...input } as Omit<Input, "onText" | "type"> & { type: "text" };
  return <Field {...given} onInput={(event) => onText(event.currentTarget.value)} />;
}

export function AreaField({ value, onText, rows = 3, ...about }: About & { value: string; onText: (text: string) => void; rows?: number }) {
  return (
    <FieldFrame {...about}>
      <textarea {...tied(about)} rows={rows} value={value} onInput={(event) => onText(event.currentTarget.value)} />
    </FieldFrame>
  );
}

export interface Choice {
  value: string;
  words: string;
}

export function SelectField({ value, onPick, choices, ...about }: About & { value: string; onPick: (value: string) => void; choices: Choice[] }) {
  return (
    <FieldFrame {...about}>
      <select {...tied(about)} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.words}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

export function CheckField({ label, checked, onCheck, ...about }: About & { checked: boolean; onCheck: (checked: boolean) => void }) {
  return (
    <div class="field">
      <label class="check-field">
        <input {...tied({ label, ...about })} type="checkbox" checked={checked} onChange={(event) => onCheck(event.currentTarget.checked)} />
        {label}
      </label>
      <Hint name={about.name} hint={about.hint} />
    </div>
  );
}
