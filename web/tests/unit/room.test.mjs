// What the waiting room's script says, and the calendar file. The rows on waits are those of src/pages/room_view_test.cpp.
import { test } from "node:test";
import assert from "node:assert/strict";
import { load } from "../lib/bundle.mjs";

const { factsOf, pulseOf, withCommas } = await load("room/facts.ts");
const { calendarText } = await load("buyer/calendar.ts");

const waiting = (eta_seconds, more = {}) => factsOf({ status: "waiting", position: 48_213, behind: 1000, waiting: 49_213, eta_seconds, poll_after_ms: 1000, sale_phase: "open", message: null, ...more });

test("the wait is a range and never zero, as the server says it", () => {
  for (const [low, high, flag, eta] of [
    [0, 20, "eta_soon"], [10, 60, "eta_soon"], [30, 90, "eta_minutes", "1–2"], [61, 115, "eta_minutes", "1–2"], [540, 720, "eta_minutes", "9–12"],
    [100, 110, "eta_minutes", "1–2"], [3000, 7200, "eta_minutes", "50–120"], [7000, 7201, "eta_hours", "1–3"], [36000, 36000, "eta_hours", "10"],
  ]) {
    const facts = waiting({ low, high });
    assert(facts.flags.has(flag), `${low} ${high}`);
    assert.equal(facts.values.eta, eta);
  }
  assert(waiting(null).flags.has("eta_none"));
});

test("people ahead are those before the position; states have their flags", () => {
  assert.equal(waiting(null).values.ahead, "48,212");
  assert.equal(withCommas(1_234_567), "1,234,567");
  assert(waiting(null, { sale_phase: "paused" }).flags.has("paused"));
  assert(waiting(null, { sale_phase: "sold_out" }).flags.has("all_gone"));
  assert.equal(waiting(null, { message: "Hello" }).values.message, "Hello");
  const lobby = factsOf({ status: "lobby", lobby_count: 1200, message: "Hello" });
  assert.deepEqual([lobby.flags.has("message"), lobby.values.message, lobby.values.lobby_count], [true, "Hello", "1,200"]);
  assert(!factsOf({ status: "lobby", lobby_count: 1, message: null }).flags.has("message"));
  assert.deepEqual([...factsOf({ status: "missed" }).flags].sort(), ["join", "missed"]);
  assert.deepEqual([...factsOf({ status: "finished", reason: "closed" }).flags], ["finished_closed"]);
  assert.equal(pulseOf({ per_minute: 600, last_call_at: "2026-12-01T11:00:00.000Z", server_time: "2026-12-01T11:00:07.900Z" }).values.last_call, "7");
});

test("a calendar file has short lines, escapes, and times in UTC", () => {
  const text = calendarText({ uid: "order_1", title: "겨울 노래, 그리고; 더", venue: "서울 홀 ".repeat(20), startsAt: "2030-12-24T10:00:00.000Z", about: "A\nB" }, Date.UTC(2030, 0, 1));
  const lines = text.split("\r\n");
  for (const line of lines) assert(Buffer.byteLength(line) <= 75, line);
  assert(text.includes("DTSTART:20301224T100000Z") && text.includes("DTEND:20301224T120000Z"));
  assert(text.includes("SUMMARY:겨울 노래\\, 그리고\\; 더") && text.includes("DESCRIPTION:A\\nB"));
  assert.equal(lines.at(-1), "");
});
