// The server's time, to be shown: changes twice a second while somebody looks.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../shared/clock";

const now = signal(serverNow());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds until a moment, never below zero; the component is drawn again as it shrinks. */
export function useUntil(moment: string | null): number {
  useEffect(() => {
    now.value = serverNow();
    if (watchers++ === 0) timer = setInterval(() => (now.value = serverNow()), 500);
    return () => {
      if (--watchers === 0) clearInterval(timer);
    };
  }, []);
  return moment === null ? Infinity : Math.max(0, Date.parse(moment) - now.value);
}
