// The seats' model and the view of the map, without a browser.
import { test } from "node:test";
import assert from "node:assert/strict";
import { load } from "../lib/bundle.mjs";

const { SeatModel } = await load("seats/model.ts");
const { framed, moved, whole, zoomed } = await load("seats/view.ts");
const { labelNames } = await load("seats/names.ts");

const rows = (count, seats) => Array.from({ length: count }, (_, i) => ({ name: String(i + 1), seats, x: 0, y: i }));
const section = (name, price, count, seats) => ({ name, price, rows: rows(count, seats) });
const hall = () => new SeatModel({ show_id: "show_1", currency: "KRW", sections: [section("A", 200, 3, 4), section("B", 100, 2, 5), section("C", 200, 1, 2)] });
const all = (model, letter) => model.take({ version: 1, available: 0, sections: model.sections.map(({ name, seats }) => ({ name, seats: letter.repeat(seats) })) });

test("a seat's label and its index name each other", () => {
  const model = hall();
  assert.equal(model.total, 24);
  for (let i = 0; i < model.total; ++i) assert.equal(model.indexOf(model.label(i)), i);
  assert.equal(model.label(4), "A-2-1");
  for (const label of ["A-0-1", "A-1-5", "A-4-1", "X-1-1", "A-1", "", "A-1-x"]) assert.equal(model.indexOf(label), -1, label);
});

test("the whole and changes are taken, and old news is not", () => {
  const model = hall();
  assert.equal(all(model, "a"), undefined);
  assert.equal(model.available, 24);
  assert.deepEqual(model.take({ version: 3, available: 22, changes: [{ seat: "A-1-1", status: "held" }, { seat: "B-2-5", status: "sold" }, { seat: "A-1-1", status: "held" }] }), [0, 21]);
  assert.deepEqual(model.left, [11, 9, 2]);
  assert.deepEqual(model.take({ version: 2, available: 24, changes: [{ seat: "A-1-1", status: "available" }] }), []);
  assert.equal(model.isFree(0), false);
  model.take({ version: 4, available: 23, changes: [{ seat: "A-1-1", status: "available" }] });
  assert.equal(model.available, 23);
});

test("prices are told apart by tier, dearest first", () => {
  assert.deepEqual(hall().sections.map((one) => one.tier), [0, 1, 0]);
});

test("the nearest free seats: the same row, then rows beside it, then the same price, none twice", () => {
  const model = hall();
  all(model, "a");
  assert.deepEqual(model.nearestFree([model.indexOf("A-2-2"), model.indexOf("A-2-3")], [model.indexOf("A-2-2"), model.indexOf("A-2-3")]).map((i) => model.label(i)), ["A-2-1", "A-2-4"]);
  assert.equal(model.label(model.nearestFree([0], [])[0]), "A-1-2", "a lost seat is none of the free, whatever is known of it");
  model.markHeld([0]);
  assert.equal(model.left[0], 11);
  all(model, "s");
  model.take({ version: 2, available: 2, changes: [{ seat: "B-1-1", status: "available" }, { seat: "C-1-2", status: "available" }] });
  assert.deepEqual(model.nearestFree([0, 1, 2], []).map((i) => model.label(i)), ["C-1-2", "B-1-1"]);
});

test("blocks of sections do not overlap, and a place on the map finds its seat", () => {
  const model = new SeatModel({ show_id: "s", currency: "KRW", sections: Array.from({ length: 20 }, (_, i) => section(`S${i}`, 100, 10 + i, 20 + (i % 3) * 7)) });
  const boxes = model.sections.map((one) => ({ l: one.left, r: one.left + one.columns, t: one.top, b: one.top + one.rows.length }));
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => assert(a.r <= b.l || b.r <= a.l || a.b <= b.t || b.b <= a.t, `${i}`)));
  assert(model.width / model.height > 0.8 && model.width / model.height < 3, `${model.width} × ${model.height}`);
  const one = model.sections[7];
  assert.equal(model.label(model.at(one.left + 2.5, one.top + 3.5)), "S7-4-3");
  assert.equal(model.at(-1, -1), -1);
});

test("zooming keeps the place under the finger, and the map never leaves the window", () => {
  const map = { width: 100, height: 60 };
  const size = { width: 800, height: 500 };
  const start = whole(map, size);
  const near = zoomed(start, 4, 400, 250, map, size);
  const at = (view) => [view.x + 400 / view.scale, view.y + 250 / view.scale].map((v) => Math.round(v * 1000));
  assert.deepEqual(at(near), at(start));
  assert.equal(zoomed(start, 0.01, 0, 0, map, size).scale, start.scale);
  const far = moved(near, -1e6, -1e6, map, size);
  assert(far.x + size.width / far.scale / 2 <= map.width + 1e-9);
  const frame = framed(10, 10, 20, 10, map, size);
  assert(frame.x <= 10 && frame.x + size.width / frame.scale >= 30);
});

test("several seats are named row by row, neighbours as a range", () => {
  for (const [labels, words] of [
    [["A-3-12"], "Section A, row 3, seat 12"],
    [["A-3-12", "A-3-13"], "Section A, row 3, seats 12–13"],
    [["A-3-9", "B-1-1", "A-3-10", "A-3-7"], "Section A, row 3, seats 7, 9–10; Section B, row 1, seat 1"],
    [[], ""],
  ]) assert.equal(labelNames(labels), words);
});
