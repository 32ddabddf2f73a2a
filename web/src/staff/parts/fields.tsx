// Labelled fields with hint and fault, tied together for those who hear the page.
import type { ComponentChildren } from "preact";

interface About {
  name: string;
  label: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
}

function describedBy({ name, hint, fault }: About): string | undefined {
  return [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(" ") || undefined;
}

function Wrapped({ children, ...about }: About & { children: ComponentChildren }) {
  const { name, label, hint, fault } = about;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children}
      {hint && (
        <span id={`${name}-hint`} class="hint">
          {hint}
        </span>
      )}
      {fault && (
        <span id={`${name}-fault`} class="fault">
          {fault}
        </span>
      )}
    </div>
  );
}

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

export function TextField({ name, label, hint, fault, onText, ...input }: Input) {
  const about = { name, label, hint, fault };
  // Preact's types tell inputs apart by `type`, which is any of ours here.
  const given = { type: "text", ...input } as { type: "text"; value: string };
  return (
    <Wrapped {...about}>
      <input {...given} id={name} name={name} aria-describedby={describedBy(about)} aria-invalid={Boolean(fault)} onInput={(event) => onText(event.currentTarget.value)} />
    </Wrapped>
  );
}

export function AreaField({ value, onText, rows = 3, ...about }: About & { value: string; onText: (text: string) => void; rows?: number }) {
  return (
    <Wrapped {...about}>
      <textarea id={about.name} name={about.name} rows={rows} value={value} aria-describedby={describedBy(about)} aria-invalid={Boolean(about.fault)} onInput={(event) => onText(event.currentTarget.value)} />
    </Wrapped>
  );
}

export interface Choice {
  value: string;
  words: string;
}

export function SelectField({ value, onPick, choices, ...about }: About & { value: string; onPick: (value: string) => void; choices: Choice[] }) {
  return (
    <Wrapped {...about}>
      <select id={about.name} name={about.name} value={value} aria-describedby={describedBy(about)} onChange={(event) => onPick(event.currentTarget.value)}>
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.words}
          </option>
        ))}
      </select>
    </Wrapped>
  );
}

export function CheckField({ name, label, hint, checked, onCheck }: About & { checked: boolean; onCheck: (checked: boolean) => void }) {
  return (
    <div class="field">
      <label class="check-field">
        <input id={name} name={name} type="checkbox" checked={checked} aria-describedby={hint ? `${name}-hint` : undefined} onChange={(event) => onCheck(event.currentTarget.checked)} />
        {label}
      </label>
      {hint && (
        <span id={`${name}-hint`} class="hint">
          {hint}
        </span>
      )}
    </div>
  );
}
