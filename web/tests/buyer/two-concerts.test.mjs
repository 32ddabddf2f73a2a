// One browser, two concerts: in two tabs at once, in turns, from the queue to the ticket.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { account, concert, staff, startServer } from "../lib/server.mjs";
import { assertNoFaults, startBrowser, visit } from "../lib/browser.mjs";
import { ask, enterAs, place } from "../lib/people.mjs";

let server, browser, manager;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  manager = staff(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const room = (sale) => `/concerts/${sale.concert_id}/queue`;
const letIn = (sale) => manager.call("POST", `/v1/staff/concerts/${sale.concert_id}/queue/actions`, { reason: "a test", action: "set", capacity: 10 });

/** A sale with one person inside and nobody else let in. */
async function full(title) {
  const made = await concert(manager, { title, sale: { capacity: 1, claim_seconds: 9 } });
  await (await account(server)).call("POST", `/v1/concerts/${made.concert_id}/queue-tokens`);
  return made;
}

async function twoTabs(points = 0) {
  const sales = [await full("Spring Songs"), await full("Autumn Songs")];
  const first = await visit(browser, server);
  await enterAs(first, server, { points });
  const second = Object.assign(await first.context().newPage(), { faults: first.faults });
  const tabs = [{ page: first, sale: sales[0] }, { page: second, sale: sales[1] }];
  for (const { page, sale } of tabs) {
    await page.goto(room(sale));
    await page.getByRole("button", { name: "Line up" }).click();
    await page.getByText("People ahead of you").first().waitFor();
  }
  return tabs;
}

test("two tabs go from two queues to two tickets, step by step in turns", async () => {
  const tabs = await twoTabs(1_000_000);
  for (const { page, sale } of tabs) {
    await page.reload();
    await page.getByText("People ahead of you").first().waitFor();
    assert.equal((await place(page, sale)).concert_id, sale.concert_id);
  }
  for (const { sale } of tabs) await letIn(sale);
  const step = async (act) => { for (const tab of tabs) await act(tab.page, tab.sale); };
  await step((page) => page.getByRole("heading", { name: "Choose a date" }).waitFor());
  await step((page) => page.getByRole("link", { name: /2030/ }).click());
  await step((page) => page.getByText("90 seats available").waitFor());
  await step((page) => page.reload());
  await step((page) => page.getByRole("button", { name: "Hold the best seats" }).click());
  await step((page) => page.getByText("The seats are yours for").waitFor());
  await step((page) => page.getByRole("button", { name: "One more minute (once)" }).click());
  await step((page) => page.getByRole("button", { name: "One more minute (once)" }).waitFor({ state: "detached" }));
  await step((page) => page.getByRole("button", { name: "Pay ₩308,000" }).click());
  await step((page) => page.getByText("The tickets are yours").waitFor());
  const tickets = (await ask(tabs[0].page, "GET", "/v1/tickets")).items;
  assert.deepEqual([...new Set(tickets.map((one) => one.concert_title))].sort(), ["Autumn Songs", "Spring Songs"]);
  assertNoFaults(tabs[0].page);
  await tabs[0].page.context().close();
});

test("leaving one queue leaves the other alone, and news of seats reaches both shows", async () => {
  const [one, other] = await twoTabs();
  await one.page.locator("summary").click();
  await one.page.getByRole("button", { name: "Yes, leave" }).click();
  await one.page.getByText("You have left the line.").waitFor();
  assert.equal((await place(other.page, other.sale)).status, "waiting");
  await letIn(one.sale);
  await letIn(other.sale);
  await one.page.getByRole("button", { name: "Line up" }).click();
  for (const { page, sale } of [one, other]) {
    await page.getByRole("link", { name: /2030/ }).click();
    await page.getByText("90 seats available").waitFor();
    await manager.call("POST", `/v1/staff/shows/${sale.shows[0].show_id}/seats/actions`, { action: "block", seats: ["A-1-1"], reason: "a test" });
    await page.getByText("89 seats available").waitFor();
  }
  await one.page.context().close();
});

test("scripts see no token, and signing out takes all of them away", async () => {
  const [{ page }] = await twoTabs();
  const kept = (await page.context().cookies()).filter((cookie) => /^frontrow-(session|queue|entry)/.test(cookie.name));
  assert.equal(kept.length, 3, "a session and two places");
  for (const cookie of kept) {
    assert(cookie.httpOnly && cookie.sameSite === "Lax" && cookie.expires > Date.now() / 1000 + 29 * 86_400, JSON.stringify(cookie));
    assert.equal(await page.evaluate((name) => document.cookie.includes(name), cookie.name), false);
  }
  await page.goto("/");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  assert.deepEqual((await page.context().cookies()).filter((cookie) => cookie.httpOnly), []);
  await page.context().close();
});
