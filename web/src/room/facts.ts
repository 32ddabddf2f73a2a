// What the waiting room says of the contract's answers: the same values and flags as src/pages/room_view.cpp, which fills the page
// when it is loaded. Pure.
import type { PublicQueue, QueueStatus } from "../../generated/api";

export interface Facts {
  values: Record<string, string>;
  flags: Set<string>;
}

const kMinute = 60;
const kHour = 3600;

export function withCommas(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function tellEta({ values, flags }: Facts, eta: { low: number; high: number } | null): void {
  if (!eta) flags.add("eta_none");
  else if (eta.high <= kMinute) flags.add("eta_soon");
  else {
    const isLong = eta.high > 2 * kHour;
    const unit = isLong ? kHour : kMinute;
    const most = Math.ceil(eta.high / unit);
    const least = Math.min(most, Math.max(1, Math.floor(eta.low / unit)));
    values["eta"] = least === most ? String(most) : `${least}–${most}`;
    flags.add(isLong ? "eta_hours" : "eta_minutes");
  }
}

function tellMessage({ values, flags }: Facts, message: string | null): void {
  if (!message) return;
  flags.add("message");
  values["message"] = message;
}

export function factsOf(status: QueueStatus): Facts {
  const facts: Facts = { values: {}, flags: new Set() };
  const { values, flags } = facts;
  switch (status.status) {
    case "waiting":
      flags.add("waiting").add("leave");
      values["ahead"] = withCommas(status.position - 1);
      values["behind"] = withCommas(status.behind);
      tellMessage(facts, status.message);
      if (status.sale_phase === "paused") flags.add("paused");
      if (status.sale_phase === "sold_out") flags.add("all_gone");
      tellEta(facts, status.eta_seconds);
      break;
    case "lobby":
      flags.add("lobby").add("leave").add("opens_clock");
      values["lobby_count"] = withCommas(status.lobby_count);
      tellMessage(facts, status.message);
      break;
    case "admitted":
      flags.add("admitted");
      break;
    case "missed":
      flags.add("missed").add("join");
      break;
    case "finished":
      flags.add(`finished_${status.reason}`);
      if (status.reason !== "closed") flags.add("join");
  }
  return facts;
}

export function pulseOf(queue: PublicQueue): Facts {
  const facts: Facts = { values: { per_minute: withCommas(queue.per_minute) }, flags: new Set(["pulse"]) };
  if (queue.last_call_at) {
    facts.flags.add("last_call");
    facts.values["last_call"] = withCommas(Math.max(0, Math.floor((Date.parse(queue.server_time) - Date.parse(queue.last_call_at)) / 1000)));
  }
  return facts;
}
