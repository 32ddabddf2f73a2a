// The time that a hold has left, from the server's deadline. It is read aloud at two minutes, one minute and thirty seconds.
import { useEffect, useRef, useState } from "preact/hooks";
import { clockText } from "../shared/format";
import { useUntil } from "./ticking";
import { t } from "./words";

const kAloudAtSeconds = [120, 60, 30];

function aloud(seconds: number): string {
  return seconds >= 60 ? t("hold.minutes_left", { count: seconds / 60 }) : t("hold.seconds_left", { count: seconds });
}

/** The newest of the marks that the time has passed, once each. */
function useAnnouncement(ms: number): string {
  const passed = useRef(ms / 1000);
  const [words, setWords] = useState("");
  useEffect(() => {
    const seconds = ms / 1000;
    const mark = kAloudAtSeconds.filter((one) => seconds <= one && passed.current > one).pop();
    if (mark !== undefined) setWords(aloud(mark));
    passed.current = seconds;
  }, [ms]);
  return words;
}

export function Countdown({ until, onOver }: { until: string; onOver?: () => void }) {
  const ms = useUntil(until);
  const words = useAnnouncement(ms);
  const isOver = ms === 0;
  // This clock may be a little ahead of the server's: it is asked until it agrees.
  useEffect(() => {
    if (!isOver || !onOver) return;
    onOver();
    const timer = setInterval(onOver, 1000);
    return () => clearInterval(timer);
  }, [isOver]);
  return (
    <>
      <time class={`number countdown ${ms <= 60_000 ? "short" : ""}`} dateTime={until} role="timer">
        {clockText(ms)}
      </time>
      <span class="visually-hidden" role="status">
        {words}
      </span>
    </>
  );
}
