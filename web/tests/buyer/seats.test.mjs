// Two buyers on one seat, and what others do while one chooses.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { concert, staff, startServer } from "../lib/server.mjs";
import { assertNoFaults, pressUnless, startBrowser, visit } from "../lib/browser.mjs";
import { enterAs, goInside, hold, place, rival, showAddress } from "../lib/people.mjs";

let server, browser, manager;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  manager = staff(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function choosing(sale) {
  const page = await visit(browser, server);
  await enterAs(page, server, { points: 1_000_000 });
  await goInside(page, sale);
  await page.goto(showAddress(sale));
  await page.getByLabel("List").check();
  await page.locator("summary", { hasText: "Section A" }).click();
  await page.locator("summary", { hasText: "Row 2" }).click();
  return page;
}
const seat = (page, number) => page.getByRole("checkbox", { name: new RegExp(`^Row 2, seat ${number},`) });

test("a seat that somebody else took is told at once, with the nearest free one", async () => {
  const sale = await concert(manager);
  const page = await choosing(sale);
  await page.route("**/v1/shows/*/events", (route) => route.abort()); // the hold itself must find it out
  await seat(page, 4).check();
  const other = await rival(server, sale);
  await page.context().setOffline(true); // no news until the press
  await other.hold(["A-2-4"]);
  await page.context().setOffline(false);
  await pressUnless(page.getByRole("button", { name: "Hold 1 seat" }), page.getByText("Somebody was quicker")); // news may be quicker
  await page.getByText("Somebody was quicker: Section A, row 2, seat 4.").waitFor();
  await page.getByText(/Nearest that are free: Section A, row 2, seat [35]\./).waitFor();
  await page.getByRole("button", { name: "Choose these instead" }).click();
  await page.getByRole("button", { name: "Hold 1 seat" }).click();
  await page.getByText("The seats are yours for").waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("two buyers press for one seat: one has it, the other is offered another", async () => {
  const sale = await concert(manager);
  const pages = [await choosing(sale), await choosing(sale)];
  for (const page of pages) await seat(page, 6).check();
  await Promise.all(pages.map((page) => pressUnless(page.getByRole("button", { name: "Hold 1 seat" }), page.getByText("Somebody was quicker"))));
  const ends = await Promise.all(pages.map((page) => Promise.race([
    page.getByText("The seats are yours for").waitFor().then(() => "held"),
    page.getByText("Somebody was quicker").waitFor().then(() => "lost"),
  ])));
  assert.deepEqual(ends.sort(), ["held", "lost"]);
  for (const page of pages) await page.context().close();
});

test("what others hold and give back is told by the stream alone", async () => {
  const sale = await concert(manager);
  const page = await choosing(sale);
  const other = await rival(server, sale);
  await seat(page, 9).waitFor();
  await page.route("**/v1/shows/*/availability*", (route) => route.abort()); // nothing is to be had by asking
  const order = await other.hold(["A-2-9"]);
  await page.getByRole("checkbox", { name: /^Row 2, seat 9, .*held/ }).waitFor();
  await other.giveBack(order.order_id);
  await page.getByRole("checkbox", { name: /^Row 2, seat 9, .*available/ }).waitFor();
  await page.context().close();
});

test("a stream that ends is replaced by asking", async () => {
  const sale = await concert(manager);
  const page = await visit(browser, server);
  await page.route("**/v1/shows/*/events", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: "{}" }));
  await enterAs(page, server);
  await goInside(page, sale);
  await page.goto(showAddress(sale));
  await page.getByText("90 seats available").waitFor();
  await (await rival(server, sale)).hold(["A-1-1", "A-1-2"]);
  await page.getByText("88 seats available").waitFor();
  await page.context().close();
});

test("no more seats than a person may have", async () => {
  const sale = await concert(manager, { sale: { max_seats_per_user: 2 } });
  const page = await choosing(sale);
  await seat(page, 1).check();
  await seat(page, 2).check();
  await seat(page, 3).click();
  await page.getByText("At most 2 seats a person.").waitFor();
  assert.equal(await seat(page, 3).isChecked(), false);
  await hold(page, sale, ["B-1-1", "B-1-2"]);
  await page.getByRole("button", { name: "Hold 2 seats" }).click();
  await page.getByText("You have all the 2 seats that one person may have.").waitFor();
  await page.context().close();
});

test("a wish that cannot be met says what can", async () => {
  const sale = await concert(manager, { sections: [{ name: "A", price: 1000, rows: 1, seats_per_row: 3 }] });
  const page = await visit(browser, server);
  await enterAs(page, server);
  await goInside(page, sale);
  await (await rival(server, sale)).hold(["A-1-2"]);
  await page.goto(showAddress(sale));
  await page.getByLabel("Seats", { exact: true }).selectOption("2");
  await page.getByRole("button", { name: "Hold the best seats" }).click();
  await page.getByText(/Only \d seats? fits? this wish/).waitFor();
  await page.context().close();
});

test("who is not inside is shown the way to the queue", async () => {
  const sale = await concert(manager);
  const page = await visit(browser, server);
  await page.goto(showAddress(sale));
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).waitFor();
  await enterAs(page, server);
  await page.reload();
  await page.getByRole("button", { name: "To the queue" }).click();
  await page.getByRole("heading", { level: 1, name: "Choose a date" }).waitFor();
  assert.equal((await place(page, sale)).status, "admitted");
  await page.context().close();
});
