// The waiting room's script: it keeps the page that the server rendered up to date, at the pace that the server asks for, and goes
// inside when it is one's turn. A network that fails, a laptop that slept and a second tab change nothing but what is shown.
import "../shared/tokens.css";
import "../shared/base.css";
import "./room.css";
import type { QueueStatus } from "../../generated/api";
import { call } from "../shared/api";
import { onJump, untilMs } from "../shared/clock";
import { clockText, time } from "../shared/format";
import { speak, type Language } from "../shared/language";
import { Refused } from "../shared/problem";
import { factsOf, pulseOf, type Facts } from "./facts";
import { isShown, put, set, show } from "./page";
import { allowSound, sound } from "./sound";

const kTryAgainMs = [1_000, 2_000, 4_000, 8_000];
const kAloudEveryMs = 30_000;
const kLost = ["queue_token_required", "queue_token_invalid"];
const kNoPlace = [401, 403, 404, 409]; // asking or joining again would be answered the same

const main = document.getElementById("main") as HTMLElement;
const concert = main.dataset["concert"] ?? "";
const title = document.title;

let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;
let opensAt = main.dataset["opens"] ?? "";
let aloudAt = -Infinity;
let asking = false;

function later(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void ask(), ms);
}

async function pulse(): Promise<Facts | undefined> {
  try {
    return pulseOf(await call("GET /v1/concerts/{concert_id}/queue", { path: { concert_id: concert } }));
  } catch {
    return undefined; // it is shown again with the next answer
  }
}

/** The title tells how it stands, for those who look at another tab; aloud it is said at most twice a minute. */
function tell(ahead: string | undefined): void {
  document.title = ahead === undefined ? title : `(${ahead}) ${title}`;
  if (ahead === undefined || performance.now() - aloudAt < kAloudEveryMs) return;
  aloudAt = performance.now();
  const words = document.querySelector("[data-when=waiting]")?.getAttribute("aria-label") ?? "";
  put("aloud", `${words}: ${ahead}`);
}

function enter(): void {
  sound();
  location.replace(`/concerts/${concert}/dates`);
}

async function take(status: QueueStatus): Promise<void> {
  const facts = factsOf(status);
  if (status.status === "waiting") {
    const beat = await pulse();
    Object.assign(facts.values, beat?.values);
    for (const flag of beat?.flags ?? []) facts.flags.add(flag);
    facts.flags.add("heard").add("can_sound");
    facts.values["heard"] = `${time(status.server_time)}:${new Date(status.server_time).toISOString().slice(17, 19)}`;
  }
  if (status.status === "lobby") {
    opensAt = status.opens_at;
    facts.flags.add("can_sound");
  }
  // A status without a message says nothing of it: the one that is shown stays.
  if (!("message" in status) && isShown("message")) facts.flags.add("message");
  show({ ...facts, flags: facts.flags.add("can_switch") });
  tell(facts.values["ahead"]);
  tick();
  if (status.status === "admitted") enter();
  else if ("poll_after_ms" in status) later(status.poll_after_ms);
}

function fail(error: unknown): void {
  const known = error instanceof Refused ? error : undefined;
  if (known && kNoPlace.includes(known.body.status)) return location.reload(); // the server says what there is
  set("offline", !known);
  set("busy", Boolean(known));
  const wait = kTryAgainMs[Math.min(failures++, kTryAgainMs.length - 1)] ?? 8_000;
  later(Math.max(wait, known?.retryAfterMs ?? 0) * (0.8 + 0.4 * Math.random()));
}

async function ask(): Promise<void> {
  if (asking) return;
  asking = true;
  try {
    const status = await ownStatus();
    failures = 0;
    await take(status);
  } catch (error) {
    fail(error);
  } finally {
    asking = false;
  }
}

/**
 * A browser keeps the tokens of a few concerts only, and people clear cookies. Who waited here and has none joins again, which is
 * harmless: one account has one live place here, and a join finds it.
 */
async function ownStatus(): Promise<QueueStatus> {
  try {
    return await call("GET /v1/queue-tokens/current", { concert });
  } catch (error) {
    const isLost = error instanceof Refused && kLost.includes(error.body.code);
    if (!isLost || !isShown("leave")) throw error;
    return call("POST /v1/concerts/{concert_id}/queue-tokens", { path: { concert_id: concert }, concert });
  }
}

function tick(): void {
  if (!isShown("lobby") || !opensAt) return;
  set("opens_minutes", false);
  set("opens_clock", true);
  put("opens_clock", clockText(untilMs(opensAt)));
}

function offerLanguages(): void {
  set("can_switch", true);
  for (const button of document.querySelectorAll<HTMLElement>("[data-speak]"))
    button.addEventListener("click", () => speak(button.dataset["speak"] as Language));
}

function begin(): void {
  offerLanguages();
  document.getElementById("sound")?.addEventListener("change", (event) => {
    if ((event.currentTarget as HTMLInputElement).checked) allowSound();
  });
  if (isShown("admitted")) return enter();
  if (!isShown("waiting") && !isShown("lobby") && !isShown("busy")) return;
  set("can_sound", isShown("waiting") || isShown("lobby"));
  setInterval(tick, 500);
  onJump(() => later(0));
  addEventListener("online", () => later(0));
  addEventListener("offline", () => set("offline", true));
  addEventListener("pageshow", (event) => event.persisted && later(0));
  // The server has just told a place; a lobby's clock needs its time at once.
  later(isShown("waiting") ? Number(main.dataset["poll"] ?? 5) * 1000 : 0);
}

begin();
