// An action that somebody started: one at a time, with what went wrong of the last.
import { useRef, useState } from "preact/hooks";

export interface Doing {
  busy: boolean;
  error: unknown;
  /** Does nothing while an action is under way: a double click acts once. */
  act: (action: () => Promise<unknown>) => void;
  forget: () => void;
}

export function useDoing(): Doing {
  const under = useRef(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const act = (action: () => Promise<unknown>): void => {
    if (under.current) return;
    under.current = true;
    setBusy(true);
    setError(undefined);
    action()
      .catch(setError)
      .finally(() => {
        under.current = false;
        setBusy(false);
      });
  };
  return { busy, error, act, forget: () => setError(undefined) };
}
