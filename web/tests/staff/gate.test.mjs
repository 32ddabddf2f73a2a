// The gate: with network, without it, and again with it.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer, request as forward } from "node:http";
import { Person, concert, eventually, startServer } from "../lib/server.mjs";
import { assertNoFaults, startBrowser } from "../lib/browser.mjs";
import { atDesk, atGate, signIn } from "../lib/desk.mjs";

let server, browser, admin, gate, show, codes;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  admin = new Person(server, server.staffKey("admin"));
  gate = server.staffKey("gate");
  const made = await eventually(() => concert(admin, { title: "Winter Songs" }).catch(() => undefined));
  show = made.shows[0].show_id;
  const given = await admin.call("POST", `/v1/staff/shows/${show}/complimentary`, { seats: ["A-1-1", "A-1-2", "A-1-3", "A-1-4"], name: "Press", reason: "review" });
  codes = given.tickets.map((one) => one.code);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function check(page, code) {
  await page.getByLabel("Ticket code").fill(code);
  await page.getByRole("button", { name: "Check in" }).click();
  await eventually(async () => (await page.getByLabel("Ticket code").inputValue()) === "");
  return page.locator(".gate-result").innerText();
}

test("a ticket comes in once, typed as people type", async () => {
  const page = await atGate(browser, server, gate);
  const typed = codes[0].toLowerCase().replace(/(.{5})/g, "$1 ");
  assert.match(await check(page, typed), /Welcome\s+A-1-1/);
  assert.match(await check(page, codes[0]), /Already inside\s+A-1-1\s+since/);
  assert.match(await check(page, "0".repeat(26)), /No ticket of this show/);
  await page.getByText("All check-ins are with the server.").waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("without network the list decides, and the server is told later", async () => {
  const page = await atGate(browser, server, gate);
  await page.getByRole("button", { name: "Download the list" }).click();
  await page.getByText(/4 tickets on this device/).waitFor();
  await page.context().setOffline(true);
  assert.match(await check(page, codes[1]), /Welcome\s+A-1-2\s+without network/);
  assert.match(await check(page, codes[1]), /Already inside\s+A-1-2/);
  assert.match(await check(page, codes[0]), /Already inside\s+A-1-1/);
  assert.match(await check(page, codes[2]), /Welcome\s+A-1-3/);
  await page.getByText("2 check-ins are not yet told to the server").waitFor();
  await eventually(async () => (await page.locator(".lines .tag", { hasText: "not with the server" }).count()) === 2);
  // Meanwhile another gate lets the third one in.
  await admin.call("POST", "/v1/staff/check-ins", { code: codes[2] });
  await page.context().setOffline(false);
  await page.getByText("All check-ins are with the server.").waitFor();
  await page.getByText(/A-1-3 had already come in elsewhere/).waitFor();
  assert.equal((await admin.call("POST", "/v1/staff/check-ins", { code: codes[1] })).duplicate, true);
  assert.match(await check(page, codes[3]), /Welcome\s+A-1-4/);
  await page.context().close();
});

test("without network and list nobody is let in by guess", async () => {
  const page = await atGate(browser, server, gate);
  await page.context().setOffline(true);
  assert.match(await check(page, codes[3]), /Cannot tell/);
  await page.context().close();
});

test("a gate that could not ask for its shows asks again by itself", async () => {
  const page = await atDesk(browser, server, gate, "/staff/");
  await page.route("**/v1/staff/shows?*", (route) => route.abort());
  await page.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase("frontrow-gate").onsuccess = done)));
  await page.reload();
  await page.getByText("No connection to the server.").waitFor();
  await page.unroute("**/v1/staff/shows?*");
  await page.getByLabel("Ticket code").waitFor();
  await page.getByText("No connection to the server.").waitFor({ state: "detached" });
  await page.context().close();
});

/** Loads the page again without network; the key, the list and what was not told are still there. */
async function reloadOffline(page) {
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByLabel("Ticket code").waitFor();
  assert.equal(await page.evaluate(() => fetch("/assets/none.js").then(() => "answered", () => "no network")), "no network");
}

test("the page opens again without network, with its list and what it has to tell", async () => {
  const given = await admin.call("POST", `/v1/staff/shows/${show}/complimentary`, { seats: ["B-1-1", "B-1-2"], name: "Press", reason: "review" });
  const [first, second] = given.tickets.map((one) => one.code);
  const page = await atGate(browser, server, gate);
  await page.getByRole("button", { name: "Download the list" }).click();
  await page.getByText(/6 tickets on this device/).waitFor();
  await reloadOffline(page);
  await page.getByText(/6 tickets on this device/).waitFor();
  assert.match(await check(page, first), /Welcome\s+B-1-1\s+without network/);
  await page.reload();
  await page.getByText("1 check-in is not yet told to the server").waitFor();
  assert.match(await check(page, first), /Already inside\s+B-1-1/);
  assert.match(await check(page, second), /Welcome\s+B-1-2/);
  await page.context().setOffline(false);
  await page.getByText("All check-ins are with the server.").waitFor();
  for (const code of [first, second]) assert.equal((await admin.call("POST", "/v1/staff/check-ins", { code })).duplicate, true);
  await page.context().close();
});

/** A proxy before the server that can say that the server is gone. */
async function startProxy() {
  const proxy = { isBroken: false };
  const front = createServer((request, answer) => {
    if (proxy.isBroken) return answer.writeHead(502).end("Bad gateway");
    const { hostname, port } = new URL(server.base);
    const inner = forward({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (found) => {
      answer.writeHead(found.statusCode, found.headers);
      found.pipe(answer);
    });
    request.pipe(inner);
  });
  await new Promise((done) => front.listen(0, "127.0.0.1", done));
  front.unref(); // it ends with the tests
  return Object.assign(proxy, { base: `http://127.0.0.1:${front.address().port}` });
}

test("a proxy whose server is gone is no network", async () => {
  const proxy = await startProxy();
  const page = await atGate(browser, proxy, gate);
  await page.getByRole("button", { name: "Download the list" }).click();
  await page.getByText(/6 tickets on this device/).waitFor();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active);
  proxy.isBroken = true;
  await page.reload();
  await page.getByText(/6 tickets on this device/).waitFor();
  assert.match(await check(page, codes[3]), /Already inside\s+A-1-4/);
  proxy.isBroken = false;
  await page.locator(".tag", { hasText: /^Network$/ }).waitFor();
  await page.context().close();
});

test("nothing of the contract is kept for a page without network, and a sign-out forgets the key there too", async () => {
  const page = await atGate(browser, server, gate);
  await reloadOffline(page);
  const kept = await page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map((one) => new URL(one.url).pathname);
  });
  assert(kept.includes("/staff/"));
  assert.deepEqual(kept.filter((path) => path !== "/staff/" && !path.startsWith("/assets/")), []);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.reload();
  await page.getByLabel("Staff key").waitFor();
  await page.context().close();
});

test("another build takes the place of what was kept", async () => {
  const page = await atGate(browser, server, gate);
  await page.evaluate(async () => {
    await caches.open("frontrow-staff-of-an-older-build");
    await navigator.serviceWorker.ready;
    await (await navigator.serviceWorker.getRegistration()).unregister();
  });
  await page.reload();
  await eventually(async () => (await page.evaluate(() => caches.keys())).every((name) => !name.includes("older")));
  const worker = await fetch(server.base + "/staff/worker.js");
  assert.equal(worker.headers.get("cache-control"), "no-cache");
  assert.match(worker.headers.get("content-type"), /^text\/javascript/);
  await page.context().close();
});

test("check-ins that were not told outlive the page", async () => {
  const given = await admin.call("POST", `/v1/staff/shows/${show}/complimentary`, { seats: ["A-2-1"], name: "Press", reason: "review" });
  const page = await atGate(browser, server, gate);
  await page.getByRole("button", { name: "Download the list" }).click();
  await page.getByText(/7 tickets on this device/).waitFor();
  await page.context().setOffline(true);
  assert.match(await check(page, given.tickets[0].code), /Welcome/);
  await page.close();
  await page.context().setOffline(false);
  const again = await page.context().newPage();
  await again.goto("/staff/check-in");
  await signIn(again, gate);
  await again.getByText("All check-ins are with the server.").waitFor();
  await eventually(async () => (await admin.call("GET", `/v1/staff/shows/${show}/admissions`)).items[0].tickets[0].checked_in_at !== null);
  await again.context().close();
});
