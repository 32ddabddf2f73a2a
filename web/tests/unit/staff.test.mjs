// What the staff's pages compute, without a browser: times of zones, files for spreadsheets, streams, series, sections.
import { test } from "node:test";
import assert from "node:assert/strict";
import { load } from "../lib/bundle.mjs";

const { momentOf, localText } = await load("staff/zone.ts");
const { allSeatsOf, changeOf, generate, newDraft, requestOf, sectionName, seatsOf } = await load("staff/builder/draft.ts");
const { csvText } = await load("staff/parts/csv.ts");
const { takeEvents } = await load("staff/wall/stream.ts");
const { emptySeries, withPoint } = await load("staff/wall/series.ts");
const { plainCode } = await load("staff/gate/list.ts");

test("a clock's time in a zone is one moment, also around the change of clocks", () => {
  for (const [local, zone, moment] of [
    ["2026-12-24T19:30", "Asia/Seoul", "2026-12-24T10:30:00.000Z"],
    ["2026-07-01T12:00", "Europe/London", "2026-07-01T11:00:00.000Z"],
    ["2026-12-01T12:00", "Europe/London", "2026-12-01T12:00:00.000Z"],
    ["2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25T23:00", "Europe/Berlin", "2026-10-25T22:00:00.000Z"],
    ["2026-01-01T00:15", "Asia/Kathmandu", "2025-12-31T18:30:00.000Z"],
  ]) {
    assert.equal(momentOf(local, zone), moment, `${local} in ${zone}`);
    assert.equal(localText(moment, zone), local);
  }
  for (const wrong of ["", "soon", "2026-13-01T00:00", "12:00"]) assert.equal(momentOf(wrong, "Asia/Seoul"), "", wrong);
  assert.equal(momentOf("2026-01-01T00:00", "Mars/Base"), "");
});

test("a skipped hour is some moment near it and never an endless search", () => {
  const moment = momentOf("2026-03-29T02:30", "Europe/Berlin");
  assert(Math.abs(Date.parse(moment) - Date.parse("2026-03-29T01:00:00Z")) <= 3_600_000, moment);
});

test("cells are quoted, and a formula stays a text", () => {
  assert.equal(csvText([["a", 'say "x"', "1,2"], [-5, "=1+1", null], ["+82", "-", "@x"], ["두\n줄", undefined, 0]]),
    '\ufeffa,"say ""x""","1,2"\r\n-5,\'=1+1,\r\n\'+82,\'-,\'@x\r\n"두\n줄",,0\r\n');
});

test("events are taken whole, wherever the pieces break", () => {
  const text = ": heartbeat\n\nid: 1\nevent: stats\ndata: {\"a\":1}\n\ndata: {\"b\":\ndata: 2}\n\nid: 3\ndata: {\"c\"";
  const { data, rest } = takeEvents(text);
  assert.deepEqual(data.map(JSON.parse), [{ a: 1 }, { b: 2 }]);
  assert.equal(rest, 'id: 3\ndata: {"c"');
  assert.deepEqual(takeEvents(rest + ":3}\r\n\r\n").data.map(JSON.parse), [{ c: 3 }]);
});

test("a series takes a point a step and keeps its span", () => {
  const stats = (second) => ({ server_time: new Date(second * 1000).toISOString(), waiting: second, called: 0, admitted: 0, missed: 0, holds: 0, sold: 0, revenue: 0,
    per_minute: { joined: 0, admitted: 0, orders_paid: 0 }, node: { p99_ms: 1.5 } });
  let series = emptySeries(600_000, 1000);
  for (let second = 1000; second < 2000; ++second) series = withPoint(series, stats(second));
  assert.equal(series.at.length, 600);
  assert.equal(series.of.waiting[0], 1400);
  assert.equal(series.of.p99_us.at(-1), 1500);
  series = withPoint(series, { ...stats(1999.3), sold: 7 });
  assert.deepEqual([series.at.length, series.of.sold.at(-1)], [600, 7]);
});

test("sections are made alike, with prices from first to last", () => {
  const made = generate({ count: "4", rows: "20", seats: "25", first: "154000", last: "88000" });
  assert.deepEqual(made.map((one) => one.price), ["154000", "132000", "110000", "88000"]);
  assert.equal(seatsOf(made), 2000);
  assert.deepEqual([0, 25, 26, 27, 701, 702].map(sectionName), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
  assert.equal(generate({ count: "1000", rows: "1", seats: "1", first: "1", last: "1" }).at(-1).name, "ALL");
});

test("a change has what was changed alone, and a new zone moves every moment", () => {
  const fields = { ...newDraft("Asia/Seoul").fields, title: "New", opens_at: "2026-12-01T20:00", closes_at: "" };
  assert.deepEqual(changeOf(fields, ["title"]), { title: "New" });
  assert.deepEqual(changeOf(fields, ["closes_at", "capacity"]), { sale: { closes_at: null, capacity: 1000 } });
  assert.deepEqual(changeOf({ ...fields, time_zone: "UTC" }, ["time_zone"]), { time_zone: "UTC",
    sale: { opens_at: "2026-12-01T20:00:00.000Z", lobby_opens_at: "2026-12-01T20:00:00.000Z", closes_at: null } });
});

test("a date has the seats of all, or its own", () => {
  const draft = newDraft("Asia/Seoul");
  const own = [{ name: "B ", price: "5", rows: "2", seats: "3" }];
  const both = { ...draft, shows: [{ starts: "2026-12-01T20:00", doors: "" }, { starts: "2026-12-02T20:00", doors: "", own }] };
  assert.deepEqual(requestOf(both).shows.map((one) => one.seat_map.sections), [[{ name: "A", price: 99000, rows: 10, seats_per_row: 20 }], [{ name: "B", price: 5, rows: 2, seats_per_row: 3 }]]);
  assert.equal(allSeatsOf(both), 206);
});

test("a code is read as people type it and as a picture has it", () => {
  assert.equal(plainCode("abcde-fgho0 il1"), "ABCDEFGH00111");
  assert.equal(plainCode("FT1:ABC123:XYZ"), "ABC123");
});
