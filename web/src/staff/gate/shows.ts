// The shows at whose doors tickets are checked. Without network those that this device heard of last; the server is asked again,
// by itself, until it answers.
import { useEffect, useState } from "preact/hooks";
import type { GateShow } from "../../../generated/api";
import { isUndecided } from "../../shared/problem";
import { ask } from "../session";
import { find, keep } from "./device";

const kAgainMs = 5_000;
const kServerMs = 4_000;
const kLast = "last";

interface Known {
  /** Undefined until they are known. */
  shows?: GateShow[] | undefined;
  /** Why they are not known. */
  error?: unknown;
  /** What is shown is the server's answer. */
  isFresh: boolean;
}

async function fromServer(): Promise<GateShow[]> {
  const { items } = await ask("GET /v1/staff/shows", { query: { limit: 100 }, timeoutMs: kServerMs });
  await keep("shows", kLast, items).catch(() => undefined); // without a store on the device there is no list either
  return items;
}

async function known(): Promise<Known> {
  try {
    return { shows: await fromServer(), isFresh: true };
  } catch (error) {
    const shows = isUndecided(error) ? await find<GateShow[]>("shows", kLast).catch(() => undefined) : undefined;
    return { shows, error: shows ? undefined : error, isFresh: false };
  }
}

export function useShows(): Known & { again: () => void } {
  const [state, setState] = useState<Known>({ isFresh: false });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isWanted = true;
    void known().then((found) => isWanted && setState((before) => (found.shows ? found : { ...before, error: before.shows ? undefined : found.error })));
    return () => {
      isWanted = false;
    };
  }, [round]);
  const again = (): void => setRound((before) => before + 1);
  useEffect(() => {
    if (state.isFresh || (state.error !== undefined && !isUndecided(state.error))) return;
    addEventListener("online", again);
    const timer = setInterval(again, kAgainMs);
    return () => {
      removeEventListener("online", again);
      clearInterval(timer);
    };
  }, [state]);
  return { ...state, again };
}
