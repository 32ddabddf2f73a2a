// The waiting room: with and without a script, reloaded, in two tabs, without a network.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { account, concert, eventually, staff, startServer } from "../lib/server.mjs";
import { assertNoFaults, startBrowser, visit } from "../lib/browser.mjs";
import { enterAs, place } from "../lib/people.mjs";

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
const act = (sale, action) => manager.call("POST", `/v1/staff/concerts/${sale.concert_id}/queue/actions`, { reason: "a test", ...action });
const ahead = (page, count) => page.locator("[data-slot=ahead]", { hasText: new RegExp(`^${count}$`) }).waitFor();

/** A sale whose room is full, and so many in the line before anybody comes. A page asks at least three times in the time to come inside. */
async function crowded(before = 0, sale = {}) {
  const capacity = before + 2;
  const made = await concert(manager, { sale: { capacity, claim_seconds: 12, ...sale } });
  for (let i = 0; i < capacity + before; ++i) await (await account(server)).call("POST", `/v1/concerts/${made.concert_id}/queue-tokens`);
  return { sale: made, letOneIn: () => act(made, { action: "set", capacity: 1000 }) };
}

async function waiting(made, options = {}) {
  const page = await visit(browser, server, options);
  await enterAs(page, server);
  await page.goto(room(made));
  await page.getByRole("button", { name: "Line up" }).click();
  await page.getByText("People ahead of you").first().waitFor();
  return page;
}

test("a place is shown, kept over a reload and in a second tab, and leads inside by itself", async () => {
  const { sale, letOneIn } = await crowded(2);
  const page = await waiting(sale);
  await ahead(page, 2);
  await page.reload();
  await ahead(page, 2);
  const second = await page.context().newPage();
  await second.goto(room(sale));
  await ahead(second, 2);
  await page.getByText(/Heard from the ticket office at/).waitFor();
  await page.getByText("a minute", { exact: false }).first().waitFor();
  await letOneIn();
  await Promise.all([page, second].map((one) => one.getByRole("heading", { name: "Choose a date" }).waitFor()));
  assertNoFaults(page);
  await page.context().close();
});

test("a network that is cut and comes back keeps the place, and the page says so", async () => {
  const { sale, letOneIn } = await crowded(1);
  const page = await waiting(sale);
  await page.context().setOffline(true);
  await page.getByText("No connection. Your place is kept").waitFor();
  await ahead(page, 1);
  await page.context().setOffline(false);
  await page.getByText("No connection").waitFor({ state: "hidden" });
  await letOneIn();
  await page.getByRole("heading", { name: "Choose a date" }).waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("without a script: join, wait by loading again, leave, come inside", async () => {
  const { sale, letOneIn } = await crowded(1);
  const page = await waiting(sale, { javaScriptEnabled: false });
  await ahead(page, 1);
  const again = Number(await page.locator("meta[http-equiv=refresh]").getAttribute("content"));
  assert(again >= 1 && again <= 60, `refresh ${again}`);
  const left = page.getByText("You have left the line.");
  // The page loads itself again, which may shut what was just opened.
  await eventually(async () => {
    await page.locator("details:not([open]) > summary").click({ timeout: 500 }).catch(() => {});
    await page.getByRole("button", { name: "Yes, leave" }).click({ timeout: 500 }).catch(() => {});
    return left.isVisible();
  });
  await page.getByRole("button", { name: "Line up" }).click();
  await page.getByText("People ahead of you").waitFor();
  await letOneIn();
  await page.getByText("It is your turn.").waitFor();
  assert.equal(await page.getByRole("link", { name: "Choose a date" }).getAttribute("href"), `/concerts/${sale.concert_id}/dates`);
  assert.equal((await place(page, sale)).status, "admitted");
  await page.context().close();
});

test("paused, a message, sold out, closed: each is said in words", async () => {
  const { sale } = await crowded(0);
  const page = await waiting(sale);
  await act(sale, { action: "pause" });
  await act(sale, { action: "message", text: "The sound check takes a little longer." });
  await page.getByText("The line is paused").waitFor();
  await page.getByText("The sound check takes a little longer.").waitFor();
  await act(sale, { action: "resume" });
  await page.getByText("The line is paused").waitFor({ state: "hidden" });
  await act(sale, { action: "close" });
  await page.getByText("The sale is over.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Line up" }).isVisible(), false);
  await page.context().close();
});

test("the lobby counts down to the draw, and lets those inside who were drawn", async () => {
  const inSeconds = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
  const sale = await concert(manager, { sale: { opens_at: inSeconds(500), lobby_opens_at: "2026-01-01T00:00:00Z", draw: true } });
  const page = await visit(browser, server);
  await enterAs(page, server);
  await page.goto(room(sale));
  await page.getByRole("button", { name: "Line up" }).click();
  await page.getByText("The places are drawn in").waitFor();
  const clock = page.locator("[data-slot=opens_clock]");
  const first = await eventually(async () => /^[78]:[0-5]\d$/.test(await clock.innerText()) && clock.innerText());
  await eventually(async () => (await clock.innerText()) < first);
  await manager.call("PATCH", `/v1/staff/concerts/${sale.concert_id}`, { sale: { opens_at: inSeconds(3) } }, { "If-Match": `"${sale.version}"` });
  await page.reload(); // it would hear of the other time at its next question, in half a minute
  await page.getByRole("heading", { name: "Choose a date" }).waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("the message of staff stays in the lobby, and is the newest", async () => {
  const opens = new Date(Date.now() + 500_000).toISOString();
  const sale = await concert(manager, { sale: { opens_at: opens, lobby_opens_at: "2026-01-01T00:00:00Z" } });
  await act(sale, { action: "message", text: "The doors open late." });
  const page = await visit(browser, server);
  await enterAs(page, server);
  await page.goto(room(sale));
  const polled = () => page.waitForResponse((answer) => answer.url().includes("/v1/queue-tokens/current"));
  await Promise.all([polled(), page.getByRole("button", { name: "Line up" }).click()]);
  await page.getByText(/^[78]:[0-5]\d$/).waitFor();
  await page.getByText("The doors open late.").waitFor();
  await act(sale, { action: "message", text: "The doors open now." });
  await page.reload();
  await page.getByText("The doors open now.").waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("a browser that lost the token of its place gets it back without a press", async () => {
  const { sale } = await crowded(1);
  const page = await waiting(sale);
  const rejoined = page.waitForResponse((answer) => answer.url().endsWith("/queue-tokens"));
  await page.context().clearCookies({ name: /queue/ });
  assert.equal((await rejoined).status(), 200, "the same place");
  await page.reload();
  await ahead(page, 1);
  assertNoFaults(page);
  await page.context().close();
});

test("a room that was loaded in a rush, with a place in another queue, offers to line up", async () => {
  const { sale: first } = await crowded(0);
  const { sale: second } = await crowded(0);
  const page = await waiting(first);
  let loads = 0;
  await page.route(`**${room(second)}`, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    const busy = text.replace('data-when="busy" hidden', 'data-when="busy"').replaceAll(/data-when="(no_place|join)"/g, "$& hidden");
    await route.fulfill(++loads > 1 ? { response: answer } : { response: answer, status: 503, body: busy });
  });
  await page.goto(room(second));
  await page.getByRole("button", { name: "Line up" }).waitFor();
  assert.equal(loads, 2);
  await page.context().close();
});

test("who did not come when called is told, and may line up again", async () => {
  const { sale, letOneIn } = await crowded(0, { claim_seconds: 1 });
  const page = await waiting(sale);
  await page.context().setOffline(true);
  await letOneIn();
  await eventually(async () => (await manager.call("GET", `/v1/staff/concerts/${sale.concert_id}/stats`)).missed === 1);
  await page.context().setOffline(false);
  await page.getByText("Your turn came, and nobody was here.").waitFor();
  await page.getByRole("button", { name: "Line up" }).click();
  await page.getByRole("heading", { name: "Choose a date" }).waitFor();
  await page.context().close();
});

test("a form of another site moves nobody, and a page that is loaded beforehand claims nothing", async () => {
  const { sale } = await crowded(0);
  const page = await waiting(sale);
  const cookie = (await page.context().cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
  const post = (headers) => fetch(server.base + room(sale), { method: "POST", redirect: "manual", body: "do=leave",
    headers: { Cookie: cookie, "Content-Type": "application/x-www-form-urlencoded", ...headers } });
  assert.equal((await post({ "Sec-Fetch-Site": "cross-site" })).status, 403);
  assert.equal((await post({ Origin: "https://evil.example" })).status, 403);
  assert.equal((await post({})).status, 403);
  assert.equal((await fetch(server.base + room(sale), { headers: { Cookie: cookie, "Sec-Purpose": "prefetch" } })).status, 503);
  assert.equal((await place(page, sale)).status, "waiting");
  assert.equal((await fetch(`${server.base}/concerts/concert_nothing/queue`, { headers: { Accept: "text/html" } })).status, 404);
  await page.context().close();
});

test("the page of the waiting room has at most 20 KB", async () => {
  const { sale } = await crowded(0);
  const page = await visit(browser, server);
  await enterAs(page, server);
  await page.goto(room(sale));
  await page.getByRole("button", { name: "Line up" }).waitFor();
  const bytes = await page.evaluate(() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, one) => sum + one.encodedBodySize, 0));
  assert(bytes > 0 && bytes <= 20_000, `${bytes} bytes`);
  await page.context().close();
});
