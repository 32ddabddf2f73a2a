// What is being loaded: a skeleton while it comes, the refusal in words and a way to try again where it does not.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { problemText, t } from "./problem.words";

type State<T> = { value?: T; error?: unknown };

/** Loads anew whenever `key` changes; answers that come too late are dropped. */
export function useLoaded<T>(load: () => Promise<T>, key: string): State<T> & { again: () => void } {
  const [state, setState] = useState<State<T>>({});
  const [round, setRound] = useState(0);
  const shown = useRef(key);
  useEffect(() => {
    let wanted = true;
    // Asked again for the same, what is shown stays until the answer is here.
    if (shown.current !== key) setState({});
    shown.current = key;
    load().then(
      (value) => wanted && setState({ value }),
      (error: unknown) => wanted && setState({ error }),
    );
    return () => {
      wanted = false;
    };
  }, [key, round]);
  return { ...state, again: () => setRound((before) => before + 1) };
}

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="stack" aria-busy="true">
      <span class="visually-hidden" role="status">
        {t("load.busy")}
      </span>
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} class="skeleton tall" />
      ))}
    </div>
  );
}

export function Failure({ error, again, children }: { error: unknown; again?: () => void; children?: ComponentChildren }) {
  return (
    <div class="note bad stack" role="alert">
      <p>{problemText(error)}</p>
      {again && (
        <p>
          <button type="button" class="button" onClick={again}>
            {t("load.again")}
          </button>
        </p>
      )}
      {children}
    </div>
  );
}
