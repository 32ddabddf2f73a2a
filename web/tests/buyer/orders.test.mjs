// Holds and payments: the time that runs, money that is missing, answers that are lost.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { concert, eventually, staff, startServer } from "../lib/server.mjs";
import { assertNoFaults, pressUnless, startBrowser, visit } from "../lib/browser.mjs";
import { ask, enterAs, goInside, hold, showAddress } from "../lib/people.mjs";

let server, browser, manager;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  manager = staff(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const kHeld = "The seats are yours for";
const kOver = "The time ran out and the seats are on sale again";

async function holding(points, sale = {}) {
  const made = await concert(manager, { sale });
  const page = await visit(browser, server);
  await enterAs(page, server, { points });
  await goInside(page, made);
  const order = await hold(page, made, ["A-1-1", "A-1-2"]);
  await page.goto(`/orders/${order.order_id}`);
  await page.getByText(kHeld).or(page.getByText(kOver)).waitFor();
  return { page, order, sale: made };
}
const payments = async (page) => (await ask(page, "GET", "/v1/wallet/entries")).items.filter((one) => one.kind === "payment");

test("a hold that ends says so, and its seats can be chosen again", async () => {
  const { page, sale } = await holding(0, { hold_seconds: 3 });
  await page.getByText(kOver).waitFor();
  await page.getByRole("link", { name: "Choose seats again" }).click();
  await page.getByText("90 seats available").waitFor();
  assert(page.url().includes(showAddress(sale)));
  assertNoFaults(page);
  await page.context().close();
});

test("two minutes, one minute and thirty seconds are said aloud, once each", async () => {
  const { page } = await holding(0);
  await page.clock.install();
  await page.reload();
  await page.getByText("The seats are yours for").waitFor();
  const said = page.getByRole("status").filter({ hasText: /left$/ });
  const left = async () => {
    const [minutes, seconds] = (await page.locator(".hold-time time").innerText()).split(":").map(Number);
    return minutes * 60 + seconds;
  };
  assert.equal(await said.count(), 0);
  for (const [mark, words] of [[120, "2 minutes left"], [60, "1 minute left"], [30, "30 seconds left"]]) {
    await page.clock.fastForward((await left() - mark + 1) * 1000);
    await said.getByText(words, { exact: true }).waitFor();
    assert.equal(await said.count(), 1);
  }
  assert((await left()) < 30);
  await page.context().close();
});

test("the time is on every page, in a second tab too, and ends there with the hold", async () => {
  const { page, order } = await holding(0);
  const second = await page.context().newPage();
  await second.goto("/wallet");
  await second.getByText(/2 seats are held for you: 4:\d\d/).waitFor();
  await page.getByRole("button", { name: "Give the seats back" }).click();
  await page.getByText("You gave the seats back").waitFor();
  await second.getByText("seats are held for you").waitFor({ state: "detached" });
  assert.equal((await ask(page, "GET", `/v1/orders/${order.order_id}`)).status, "cancelled");
  await page.context().close();
});

test("a hold can be prolonged once", async () => {
  const { page } = await holding(0, { hold_seconds: 100 });
  await page.getByRole("button", { name: "One more minute (once)" }).click();
  await eventually(async () => Number((await page.getByRole("timer").innerText()).split(":")[0]) >= 2);
  await page.getByRole("button", { name: "One more minute (once)" }).waitFor({ state: "detached" });
  await page.reload();
  await page.getByText(kHeld).waitFor();
  assert.equal(await page.getByRole("button", { name: "One more minute (once)" }).count(), 0);
  await page.context().close();
});

test("back to the seats and forth again finds the same hold", async () => {
  const made = await concert(manager);
  const page = await visit(browser, server);
  await enterAs(page, server);
  await goInside(page, made);
  await page.goto(showAddress(made));
  await page.getByRole("button", { name: "Hold the best seats" }).click();
  await page.getByText(kHeld).waitFor();
  const where = page.url();
  await page.goBack();
  await page.getByText(/2 seats are held for you/).waitFor();
  await page.getByText("88 seats available").waitFor();
  await page.getByRole("link", { name: "To payment" }).click();
  await page.getByText(kHeld).waitFor();
  assert.equal(page.url(), where);
  assert.equal((await ask(page, "GET", "/v1/orders")).items.length, 1);
  await page.context().close();
});

test("money that is missing is topped up in place, and a double click pays once", async () => {
  const { page } = await holding(100_000);
  await page.getByText("₩208,000 are missing").waitFor();
  await page.getByRole("button", { name: "Top up" }).click();
  await page.getByRole("button", { name: "Pay ₩308,000" }).and(page.locator(":enabled")).dblclick();
  await page.getByText("The tickets are yours").waitFor();
  assert.equal((await payments(page)).length, 1);
  assert.equal((await ask(page, "GET", "/v1/wallet")).balance, 0);
  await page.context().close();
});

test("two tabs that pay at once pay once", async () => {
  const { page } = await holding(1_000_000);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await second.getByText(kHeld).waitFor();
  // Whichever is quicker tells the other, so the second press may find nothing to press.
  await Promise.all([page, second].map((one) => pressUnless(one.getByRole("button", { name: /^Pay/ }), one.getByText("The tickets are yours"))));
  for (const one of [page, second]) await one.getByText("The tickets are yours").waitFor();
  assert.equal((await payments(page)).length, 1);
  await page.context().close();
});

test("a payment whose answer is lost is looked into, and found", async () => {
  const { page } = await holding(1_000_000);
  let lost = 0;
  const doubted = page.getByText("We are checking what became of the payment");
  await page.route("**/payments", async (route) => {
    if (++lost > 2) return doubted.waitFor().then(() => route.continue()); // no answer before the doubt was seen
    if (lost === 1) await route.fetch(); // it was done, and nobody heard of it
    return lost === 1 ? route.abort() : route.fulfill({ status: 503, contentType: "application/problem+json",
      body: JSON.stringify({ type: "x", title: "x", status: 503, detail: "x", instance: "/", code: "outcome_unknown" }) });
  });
  await page.getByRole("button", { name: /^Pay/ }).click();
  await doubted.waitFor();
  await page.getByText("The tickets are yours").waitFor();
  assert.equal((await payments(page)).length, 1);
  await page.context().close();
});

test("a receipt, a refund, and somebody else's order", async () => {
  const { page, order } = await holding(1_000_000);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await page.getByText("The tickets are yours").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Add to calendar" }).click()]);
  assert.equal(file.suggestedFilename(), "concert.ics");
  await manager.call("POST", `/v1/staff/orders/${order.order_id}/refunds`, { reason: "asked for" });
  await page.reload();
  await page.getByText("This order was refunded").waitFor();
  await page.goto("/tickets");
  await page.getByText("Void").first().waitFor();
  const stranger = await visit(browser, server);
  await enterAs(stranger, server);
  await stranger.goto(`/orders/${order.order_id}`);
  await stranger.getByText("There is nothing at this address").waitFor();
  await stranger.context().close();
  await page.context().close();
});
