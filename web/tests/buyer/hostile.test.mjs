// What goes wrong in the middle: double clicks, cleared cookies, a wrong clock, cut and slow networks, a server that is killed.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { account, concert, eventually, kPassword, staff, startServer } from "../lib/server.mjs";
import { assertNoFaults, startBrowser, visit } from "../lib/browser.mjs";
import { ask, enterAs, goInside, hold, showAddress } from "../lib/people.mjs";

let server, browser, manager;
before(async () => {
  [server, browser] = await Promise.all([startServer({ options: ["--demo"] }), startBrowser()]);
  manager = staff(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const room = (sale) => `/concerts/${sale.concert_id}/queue`;
const orders = async (page) => (await ask(page, "GET", "/v1/orders")).items;
const payments = async (page) => (await ask(page, "GET", "/v1/wallet/entries")).items.filter((one) => one.kind === "payment");
const onePayment = async (page, amount) => {
  await page.getByText("The tickets are yours").waitFor();
  assert.deepEqual((await payments(page)).map((one) => one.amount), [-amount]);
};

async function atSeats(points = 1_000_000, sale = {}) {
  const made = await concert(manager, { sale });
  const page = await visit(browser, server);
  const person = await enterAs(page, server, { points });
  await goInside(page, made);
  await page.goto(showAddress(made));
  await page.getByText("90 seats available").waitFor();
  return { page, person, made };
}

async function atPayment(points = 1_000_000, sale = {}) {
  const made = await concert(manager, { sale });
  const page = await visit(browser, server);
  const person = await enterAs(page, server, { points });
  await goInside(page, made);
  const order = await hold(page, made, ["A-1-1", "A-1-2"]);
  await page.goto(`/orders/${order.order_id}`);
  await page.getByText("The seats are yours for").waitFor();
  return { page, person, made, order };
}

async function signInAgain(page, person) {
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password").fill(kPassword);
  await page.getByLabel("Password").press("Enter");
}

test("a double click on every button of the way buys once", async () => {
  const made = await concert(manager, { title: "Twice Songs" });
  const page = await visit(browser, server);
  await page.goto(`/concerts/${made.concert_id}`);
  await page.getByRole("button", { name: "Get tickets" }).dblclick();
  await page.getByRole("button", { name: "Go in as a guest" }).dblclick();
  await page.getByRole("link", { name: /2030/ }).dblclick();
  await page.getByRole("button", { name: "Hold the best seats" }).dblclick();
  await page.getByText("The seats are yours for").waitFor();
  assert.equal((await orders(page)).length, 1);
  await page.getByRole("button", { name: "One more minute (once)" }).dblclick();
  await page.getByRole("button", { name: "One more minute (once)" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Top up" }).dblclick();
  await page.getByRole("button", { name: "Pay ₩308,000" }).and(page.locator(":enabled")).dblclick();
  await onePayment(page, 308_000);
  await page.getByRole("button", { name: "Sign out" }).dblclick();
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("back and forth after paying shows the receipt, and never a second hold", async () => {
  const { page } = await atSeats();
  await page.getByRole("button", { name: "Hold the best seats" }).click();
  await page.getByText("The seats are yours for").waitFor();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await page.getByText("The tickets are yours").waitFor();
  await page.goBack();
  await page.getByText("Your time inside is over, or you have bought").waitFor();
  await page.goForward();
  await onePayment(page, 308_000);
  assert.equal((await orders(page)).length, 1);
  assertNoFaults(page);
  await page.context().close();
});

test("cookies that were cleared while choosing: sign in, and the same entry goes on", async () => {
  const { page, person } = await atSeats();
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Hold the best seats" }).click();
  await signInAgain(page, person);
  await page.getByRole("link", { name: /2030/ }).click();
  await page.getByRole("button", { name: "Hold the best seats" }).click();
  await page.getByText("The seats are yours for").waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("a session that ended elsewhere while paying: sign in, back to the payment, pay once", async () => {
  const { page, person, made } = await atPayment();
  const cookie = (await page.context().cookies()).find((one) => one.name === "frontrow-session");
  await person.call("DELETE", "/v1/sessions/current", undefined, { Authorization: `Bearer ${cookie.value}` });
  await page.getByRole("button", { name: /^Pay/ }).click();
  await signInAgain(page, person);
  await page.getByText("The seats are yours for").waitFor();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await onePayment(page, 308_000);
  assert.equal((await orders(page))[0].concert_id, made.concert_id);
  assertNoFaults(page);
  await page.context().close();
});

test("an entry whose cookie is gone while paying: one press to the queue, and the hold can be paid", async () => {
  const { page } = await atPayment();
  await page.context().clearCookies({ name: /frontrow-(queue|entry)/ });
  await page.getByRole("button", { name: /^Pay/ }).click();
  await page.getByText("Your entry is not valid in this browser").waitFor();
  await page.getByRole("button", { name: "To the queue" }).click();
  await page.getByRole("link", { name: "To payment" }).click();
  await page.getByRole("button", { name: /^Pay/ }).click();
  await onePayment(page, 308_000);
  await page.context().close();
});

test("a device whose clock is wrong by an hour, either way, shows the server's time", async () => {
  const made = await concert(manager, { sale: { opens_at: new Date(Date.now() + 1_500_000).toISOString(), lobby_opens_at: "2026-01-01T00:00:00Z" } });
  for (const wrong of [3_600_000, -3_600_000]) {
    const { page } = await atPayment();
    await page.clock.install({ time: Date.now() + wrong });
    await page.reload();
    await eventually(async () => /^(5:00|4:[0-5]\d)$/.test(await page.locator(".hold-time time").innerText()));
    await page.goto(`/concerts/${made.concert_id}`);
    await eventually(async () => /^2[0-5]:[0-5]\d$/.test(await page.locator(".opening [role=timer]").innerText()));
    await page.getByRole("button", { name: "Enter the waiting room" }).click();
    await eventually(async () => /^2[0-5]:[0-5]\d$/.test(await page.locator("[data-slot=opens_clock]").innerText()));
    assertNoFaults(page);
    await page.context().close();
  }
});

test("a network that is cut at each step is waited for, and nothing is done twice", async () => {
  await concert(manager, { title: "Cut Songs" });
  const page = await visit(browser, server);
  const cut = async (target, sign) => {
    await target.waitFor();
    await page.context().setOffline(true);
    await target.click();
    await sign.waitFor();
    await page.context().setOffline(false);
  };
  const button = (name) => page.getByRole("button", { name }).and(page.locator(":enabled"));
  const link = (name) => page.getByRole("link", { name });
  const noConnection = page.getByText("No connection to the server");
  await page.goto("/sign-in");
  await cut(button("Go in as a guest"), noConnection);
  await button("Go in as a guest").click();
  await cut(link("Cut Songs"), noConnection);
  await button("Try again").click();
  await button("Get tickets").click();
  await cut(link(/2030/), noConnection);
  await button("Try again").click();
  await cut(button("Hold the best seats"), page.getByText("We are checking whether the seats are yours"));
  await cut(button("Give the seats back"), noConnection);
  await button("Top up").click();
  await cut(button("Pay ₩308,000"), page.getByText("We are checking what became of the payment"));
  await onePayment(page, 308_000);
  assert.equal((await orders(page)).length, 1);
  await cut(link("To the tickets"), noConnection);
  await button("Try again").click();
  await page.getByRole("img", { name: /Code for the door/ }).first().waitFor();
  await cut(button("Sign out"), noConnection);
  await button("Sign out").click();
  await link("Sign in").first().waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("a server that is killed while one waits and while one pays: the place and the payment are there afterwards", async () => {
  const full = await concert(manager, { sale: { capacity: 1, claim_seconds: 9 } });
  await (await account(server)).call("POST", `/v1/concerts/${full.concert_id}/queue-tokens`);
  const waiting = await visit(browser, server);
  await enterAs(waiting, server);
  await waiting.goto(room(full));
  await waiting.getByRole("button", { name: "Line up" }).click();
  await waiting.getByText("People ahead of you").first().waitFor();
  const { page } = await atPayment();
  let reached;
  const isReached = new Promise((done) => (reached = done));
  await page.route("**/payments", async (route) => {
    const answer = await route.fetch().catch(() => undefined); // it is done, and its answer dies with the server
    if (answer?.status() === 201) await server.kill();
    reached();
    await route.abort();
  }, { times: 1 });
  await page.getByRole("button", { name: /^Pay/ }).click();
  await isReached;
  await page.getByText("We are checking what became of the payment").waitFor();
  await waiting.getByText("No connection. Your place is kept").waitFor();
  await server.again();
  await onePayment(page, 308_000);
  await waiting.getByText("No connection").waitFor({ state: "hidden" });
  await manager.call("POST", `/v1/staff/concerts/${full.concert_id}/queue/actions`, { reason: "a test", action: "set", capacity: 10 });
  await waiting.getByRole("heading", { name: "Choose a date" }).waitFor();
  for (const one of [page, waiting]) {
    assertNoFaults(one);
    await one.context().close();
  }
});

test("a slow network and a slow telephone buy in a hall of 100,000 seats", async () => {
  const sections = Array.from({ length: 10 }, (_, i) => ({ name: String.fromCharCode(65 + i), price: 99_000, rows: 100, seats_per_row: 100 }));
  const made = await concert(manager, { sections });
  const page = await visit(browser, server, { width: 360, height: 740 });
  await enterAs(page, server, { points: 1_000_000 });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 }); // slow 4G
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(`/concerts/${made.concert_id}`);
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("link", { name: /2030/ }).click();
  await page.getByText("100,000 seats available").waitFor();
  await page.getByLabel("List").check();
  await page.locator("summary", { hasText: "Section C" }).click();
  await page.locator("summary", { hasText: "Row 50" }).click();
  await page.getByRole("checkbox", { name: /^Row 50, seat 7,/ }).check();
  await page.getByRole("button", { name: "Hold 1 seat" }).click();
  await page.getByRole("button", { name: /^Pay/ }).and(page.locator(":enabled")).click();
  await onePayment(page, 99_000);
  assertNoFaults(page);
  await page.context().close();
});
