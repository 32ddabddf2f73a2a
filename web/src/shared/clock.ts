// The server's clock as this page knows it. Every answer with a `server_time` sets it; the quickest exchange of the last
// minutes counts, because its error is the smallest. Time runs on the page's steady clock, so that a wall clock that jumps
// changes no deadline; a machine that slept is noticed, and asked anew by `onJump`.
const kTrust = 120_000;

let offset: number | undefined; // server time − steady time
let roundTrip = Infinity;
let takenAt = -Infinity;
let drift = Date.now() - performance.now();

export function heardTime(serverTime: string, sentAt: number, gotAt: number): void {
  const took = gotAt - sentAt;
  if (took > roundTrip && gotAt - takenAt < kTrust) return;
  offset = Date.parse(serverTime) - (sentAt + gotAt) / 2;
  roundTrip = took;
  takenAt = gotAt;
}

/** Milliseconds since 1970 on the server's clock; this machine's own until the server was heard. */
export function serverNow(): number {
  return offset === undefined ? Date.now() : performance.now() + offset;
}

/** Milliseconds until a moment of the server's; never below zero. */
export function untilMs(moment: string): number {
  return Math.max(0, Date.parse(moment) - serverNow());
}

/** Calls back when the page was asleep or its clock was set: what was known of time is then forgotten. */
export function onJump(callback: () => void): () => void {
  const look = (): void => {
    const now = Date.now() - performance.now();
    if (Math.abs(now - drift) < 1500) return;
    drift = now;
    roundTrip = Infinity;
    callback();
  };
  const timer = setInterval(look, 1000);
  const onShow = (): void => {
    if (document.visibilityState !== "visible") return;
    roundTrip = Infinity;
    callback();
  };
  document.addEventListener("visibilitychange", onShow);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", onShow);
  };
}
