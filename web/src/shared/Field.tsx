// A labelled field with its hint and its fault, tied together for those who hear the page.
import type { ComponentChildren, JSX } from "preact";

export interface About {
  name: string;
  label: string;
  hint?: ComponentChildren;
  fault?: string | undefined;
}

/** What the field's own element takes: its name, and what describes it. */
export function tied({ name, hint, fault }: About) {
  const by = [hint && `${name}-hint`, fault && `${name}-fault`].filter(Boolean).join(" ") || undefined;
  return { id: name, name, "aria-describedby": by, "aria-invalid": Boolean(fault) };
}

export function Hint({ name, hint }: Pick<About, "name" | "hint">) {
  if (!hint) return null;
  return (
    <span id={`${name}-hint`} class="hint">
      {hint}
    </span>
  );
}

/** The frame around any kind of field. */
export function FieldFrame({ children, ...about }: About & { children: ComponentChildren }) {
  const { name, label, hint, fault } = about;
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {children}
      <Hint name={name} hint={hint} />
      {fault && (
        <span id={`${name}-fault`} class="fault">
          {fault}
        </span>
      )}
    </div>
  );
}

type FieldProps = JSX.IntrinsicElements["input"] & About;

export function Field({ name, label, hint, fault, ...input }: FieldProps) {
  const about = { name, label, hint, fault };
  return (
    <FieldFrame {...about}>
      <input {...input} {...tied(about)} />
    </FieldFrame>
  );
}
