// A labelled field with its hint and its fault, tied together for those who hear the page.
import type { JSX } from "preact";

type FieldProps = JSX.IntrinsicElements["input"] & {
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
};

export function Field({ name, label, hint, fault, ...input }: FieldProps) {
  const about = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <input {...input} id={name} name={name} aria-describedby={about} aria-invalid={Boolean(fault)} />
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
