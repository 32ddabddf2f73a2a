// The staff's pages: signing in, building a concert, the wall, orders, seats, keys.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { Person, account, concert, eventually, startServer } from "../lib/server.mjs";
import { assertNoFaults, startBrowser, visit } from "../lib/browser.mjs";
import { atDesk, chooseOnMap, confirm, csvOf } from "../lib/desk.mjs";
import { purchase, tabTo } from "../lib/people.mjs";

let server, browser, admin, keys;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  keys = Object.fromEntries(["viewer", "manager", "admin", "gate"].map((role) => [role, server.staffKey(role)]));
  admin = new Person(server, keys.admin);
  await eventually(() => admin.call("GET", "/v1/staff/keys/current").catch(() => undefined));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a wrong key is refused, a right one opens, and a sign-out forgets it", async () => {
  const page = await visit(browser, server);
  await page.goto("/staff/");
  await page.getByLabel("Staff key").fill("frs_" + "x".repeat(43));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("No staff key is like this").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.getByLabel("Staff key").fill(keys.viewer);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Concerts" }).waitFor();
  assert.deepEqual(await page.evaluate(() => [localStorage.length, document.cookie]), [0, ""]);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Concerts" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Staff key").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.reload();
  await page.getByLabel("Staff key").waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("what a role may not do is not offered", async () => {
  const made = await concert(admin, { title: "Roles" });
  const links = { viewer: ["Concerts", "Orders"], gate: ["Check-in"], manager: ["Concerts", "Orders", "Check-in"], admin: ["Concerts", "Orders", "Check-in", "Staff keys", "Audit log"] };
  for (const [role, names] of Object.entries(links)) {
    const page = await atDesk(browser, server, keys[role]);
    assert.deepEqual(await page.locator(".frame-nav a").allInnerTexts(), names, role);
    if (role === "viewer") {
      await page.goto(`/staff/concerts/${made.concert_id}`);
      await page.getByText("Your key may look, not steer.").waitFor();
      assert.equal(await page.getByRole("link", { name: "Edit" }).count(), 0);
      await page.goto("/staff/keys");
      await page.getByText("This staff key may not see this page.").waitFor();
    }
    await page.context().close();
  }
});

test("a concert is built, wrong fields are named, and it is published", async () => {
  const page = await atDesk(browser, server, keys.manager, "/staff/concerts/new");
  await page.getByRole("button", { name: "Create as a draft" }).click();
  await page.getByText(/fields are not right yet/).waitFor();
  assert.equal(await page.locator("#title").getAttribute("aria-invalid"), "true");
  await page.locator("#title").fill("Spring Songs");
  await page.locator("#artist").fill("Baram");
  await page.locator("#venue").fill("Seoul Hall");
  await page.locator("#time_zone").fill("Asia/Seoul");
  await page.locator("#opens_at").fill("2026-01-01T20:00");
  await page.locator("#entries_per_minute").fill("600");
  await page.getByText("600 a minute: 60,000 people take 100 minutes.").waitFor();
  await page.locator("#starts-0").fill("2030-12-24T19:30");
  await page.locator("#make-count").fill("3");
  await page.getByRole("button", { name: "Make sections" }).click();
  await page.getByText(/1,500 seats in 3 sections/).waitFor();
  await page.getByRole("button", { name: "Create as a draft" }).click();
  await page.getByText("This is a draft").waitFor();
  const id = page.url().split("/").pop();
  const made = await admin.call("GET", `/v1/staff/concerts/${id}`);
  assert.equal(made.sale.opens_at, "2026-01-01T11:00:00.000Z");
  assert.equal(made.shows[0].starts_at, "2030-12-24T10:30:00.000Z");
  assert.deepEqual(made.shows[0].sections.map((one) => [one.name, one.price]), [["A", 154000], ["B", 121000], ["C", 88000]]);
  await page.getByRole("button", { name: "Publish" }).click();
  await confirm(page, "Publish");
  await page.getByText("On sale").waitFor();
  assert.equal((await fetch(`${server.base}/v1/concerts/${id}`)).status, 200);
  assertNoFaults(page);
  await page.context().close();
});

test("a date may have seats of its own, and staff see the page and the map as buyers will", async () => {
  const page = await atDesk(browser, server, keys.manager, "/staff/concerts/new");
  for (const [field, text] of [["title", "Two Evenings"], ["artist", "Baram"], ["venue", "Seoul Hall"], ["time_zone", "Asia/Seoul"], ["opens_at", "2030-12-01T20:00"], ["starts-0", "2030-12-24T19:30"]])
    await page.locator(`#${field}`).fill(text);
  await page.getByRole("button", { name: "Add a date" }).click();
  await page.locator("#starts-1").fill("2030-12-25T15:00");
  await page.getByLabel("Date 2 has seats of its own").check();
  const own = page.locator("section", { has: page.getByRole("heading", { name: "Seats and prices of date 2" }) });
  await own.getByLabel("Price", { exact: true }).fill("55000");
  await own.getByLabel("Rows").last().fill("3");
  await own.getByText("60 seats in 1 section, worth ₩3,300,000 a date").waitFor();
  const map = own.getByRole("application", { name: "Seat map" });
  const { width, height } = await map.boundingBox();
  await map.click({ position: { x: width / 2 + 7, y: height * 0.7 } });
  await own.getByRole("status").filter({ hasText: /^Section A, row \d, seat \d+: chosen$/ }).waitFor();
  await page.getByRole("button", { name: "Show the page" }).click();
  const preview = page.locator(".preview");
  await preview.getByRole("heading", { level: 1, name: "Two Evenings" }).waitFor();
  for (const words of ["₩99,000", "₩55,000"]) await preview.getByText(words).waitFor();
  await own.getByLabel("Name").fill("A-B");
  await page.getByRole("button", { name: "Create as a draft" }).click();
  await own.getByText("1 to 20 characters without a hyphen, and no other section’s name.").waitFor();
  assert.equal(await page.locator("[aria-invalid=true]").count(), 1);
  await own.getByLabel("Name").fill("B");
  await page.getByRole("button", { name: "Create as a draft" }).click();
  await page.getByText("This is a draft").waitFor();
  const made = await admin.call("GET", `/v1/staff/concerts/${page.url().split("/").pop()}`);
  assert.deepEqual(made.shows.map((one) => one.sections.map(({ name, price, rows }) => [name, price, rows])), [[["A", 99000, 10]], [["B", 55000, 3]]]);
  await page.goto(`/staff/concerts/new?like=${made.concert_id}`);
  await page.getByRole("heading", { name: "Seats and prices of date 2" }).waitFor();
  assert.equal(await page.locator("#own-1-section-0-price").inputValue(), "55000");
  assertNoFaults(page);
  await page.context().close();
});

test("what is wrong with a field is said in Korean too", async () => {
  const page = await atDesk(browser, server, keys.manager, "/staff/concerts/new", { language: "ko" });
  await page.locator("#time_zone").fill("Seoul");
  await page.locator("#capacity").fill("0");
  await page.locator("#section-0-name").fill("");
  await page.getByRole("button", { name: "초안으로 만들기" }).click();
  await page.locator("#title-fault").waitFor();
  const faults = await page.locator(".fault").allInnerTexts();
  assert(faults.length >= 8, faults.join("\n"));
  // Names such as Asia/Seoul stay as they are.
  assert.deepEqual(faults.filter((one) => /[a-z]{3}/i.test(one.replace("Asia/Seoul", ""))), []);
  await page.context().close();
});

test("staff pause while a buyer waits, and what they did is told with its reason", async () => {
  const made = await concert(admin, { title: "Pause me", sale: { capacity: 1 } });
  const [first, second] = [await account(server), await account(server)];
  await first.call("POST", `/v1/concerts/${made.concert_id}/queue-tokens`);
  const place = await second.call("POST", `/v1/concerts/${made.concert_id}/queue-tokens`);
  const poll = () => second.call("GET", "/v1/queue-tokens/current", undefined, { "Queue-Token": place.queue_token });
  const page = await atDesk(browser, server, keys.manager, `/staff/concerts/${made.concert_id}`);
  const waiting = page.locator(".figure.large").filter({ hasText: "Waiting" }).locator("dd.number");
  await eventually(async () => (await waiting.innerText()) === "1");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.getByText("This is needed.").waitFor();
  await confirm(page, "Pause", { reason: "smoke in hall 3" });
  await eventually(async () => (await poll()).sale_phase === "paused");
  await page.locator(".wall-head .tag", { hasText: "Paused" }).waitFor();
  await page.locator(".action-log li", { hasText: "smoke in hall 3" }).waitFor();
  await page.getByRole("button", { name: "Message to the line" }).click();
  await page.locator("#message").fill("We go on at eight.");
  await confirm(page, "Send", { reason: "people ask" });
  await eventually(async () => (await poll()).message === "We go on at eight.");
  await page.getByRole("button", { name: /Speed/ }).click();
  await page.getByRole("button", { name: "Half as fast" }).click();
  await confirm(page, "Set", { reason: "slowly" });
  await eventually(async () => (await admin.call("GET", `/v1/staff/concerts/${made.concert_id}`)).sale.entries_per_minute === 3000);
  await page.getByRole("button", { name: "Resume" }).click();
  await confirm(page, "Resume", { reason: "all clear" });
  await page.locator(".wall-head .tag", { hasText: "On sale" }).waitFor();
  const rows = await eventually(async () => {
    const some = await csvOf(page, page.getByRole("button", { name: "Download as CSV" }).first());
    return some.length > 1 && some;
  });
  assert.match(rows[0], /^at,waiting,called,admitted/);
  assertNoFaults(page);
  await page.context().close();
});

test("a page that is opened later sees the past", async () => {
  const made = await concert(admin, { title: "Past" });
  await purchase(server, made, ["A-1-1"]);
  await eventually(async () => (await admin.call("GET", `/v1/staff/concerts/${made.concert_id}/history`)).sold.includes(1));
  const page = await atDesk(browser, server, keys.viewer, `/staff/concerts/${made.concert_id}`);
  await page.getByText(/Known since/).waitFor();
  await page.getByRole("img", { name: /Seats: Seats sold now 1, at most 1/ }).waitFor();
  await page.getByText("Day", { exact: true }).click();
  await page.getByRole("img", { name: /Seats: Seats sold now 1/ }).waitFor();
  await page.context().close();
});

test("two who edit the same concert lose nothing", async () => {
  const made = await concert(admin, { title: "Old title" });
  const page = await atDesk(browser, server, keys.manager, `/staff/concerts/${made.concert_id}/edit`);
  await page.locator("#title").fill("My title");
  await page.locator("#hold_seconds").fill("240");
  const { version } = await admin.call("GET", `/v1/staff/concerts/${made.concert_id}`);
  await admin.call("PATCH", `/v1/staff/concerts/${made.concert_id}`, { title: "Their title", venue: "Busan Hall" }, { "If-Match": `"${version}"` });
  await page.getByRole("button", { name: "Save" }).click();
  const conflict = page.getByRole("alert").filter({ hasText: "Somebody else changed" });
  await conflict.waitFor();
  assert.match(await conflict.innerText(), /Changed by others, and taken over: Venue/);
  assert.equal(await page.locator("#title").inputValue(), "My title");
  await conflict.getByText("Theirs: Their title").click();
  await conflict.getByRole("button", { name: "Save this choice" }).click();
  await page.getByText("Saved.").waitFor();
  const now = await admin.call("GET", `/v1/staff/concerts/${made.concert_id}`);
  assert.deepEqual([now.title, now.venue, now.sale.hold_seconds], ["Their title", "Busan Hall", 240]);
  assertNoFaults(page);
  await page.context().close();
});

test("an order is found by its account and refunded with the right word alone", async () => {
  const made = await concert(admin, { title: "Refunds" });
  const { buyer, order } = await purchase(server, made, ["A-1-1", "A-1-2"]);
  const page = await atDesk(browser, server, keys.admin, "/staff/orders");
  await page.getByLabel("Order, e-mail address or user").fill(buyer.email);
  await page.getByRole("button", { name: "Find" }).click();
  await page.locator("tbody tr", { hasText: "A-1-1" }).waitFor();
  await eventually(async () => (await page.locator("tbody tr").count()) === 1);
  const rows = await csvOf(page, page.getByRole("button", { name: "Download as CSV" }));
  assert.equal(rows.length, 2);
  assert(rows[1].startsWith(`${order.order_id},paid,A-1-1 A-1-2,308000,KRW`), rows[1]);
  await page.locator("tbody a").click();
  await page.getByText("Paid ₩308,000").waitFor();
  await page.getByRole("button", { name: "Refund" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("#ask-reason").fill("ill");
  await dialog.locator("#ask-word").fill("wrong");
  await dialog.getByRole("button", { name: "Refund" }).click();
  await dialog.getByText(/^This is not/).waitFor();
  assert.equal((await buyer.call("GET", "/v1/wallet")).balance, 692_000);
  await confirm(page, "Refund", { word: order.order_id.slice(-6) });
  await page.getByText("₩308,000 were refunded.").waitFor();
  await page.locator(".tag", { hasText: "Refunded" }).waitFor();
  assert.equal((await buyer.call("GET", "/v1/wallet")).balance, 1_000_000);
  assertNoFaults(page);
  await page.context().close();
});

test("seats are blocked, put back and given away: from the list with the keyboard, and on the map", async () => {
  const made = await concert(admin, { title: "Seats" });
  const show = made.shows[0].show_id;
  const letters = async () => (await admin.call("GET", `/v1/staff/shows/${show}/availability`)).sections[0].seats.slice(0, 12);
  const page = await atDesk(browser, server, keys.manager, `/staff/concerts/${made.concert_id}/shows/${show}`);
  const seat = (row, number, status) => page.getByRole("checkbox", { name: new RegExp(`^Row ${row}, seat ${number}, .*${status}$`) });
  const press = async (target, key = "Enter") => {
    await target.waitFor();
    await tabTo(page, target);
    await page.keyboard.press(key);
  };
  await press(page.getByRole("radio", { name: "Map" }), "ArrowRight");
  await press(page.locator("summary", { hasText: "Section A" }));
  for (const row of [1, 2]) await press(page.locator("summary", { hasText: `Row ${row}` }));
  await press(seat(1, 1, "available"), "Space");
  await press(seat(2, 2, "available"), "Space");
  await page.getByText("2 seats chosen").waitFor();
  await press(page.getByRole("button", { name: "Block" }));
  await confirm(page, "Block", { reason: "crane 7" });
  await seat(2, 2, "not on sale").waitFor();
  assert.equal(await letters(), "baaaaaaaaaab");
  await page.getByRole("button", { name: "Choose the whole row" }).nth(1).click();
  await page.getByText("10 seats chosen").waitFor();
  await page.getByRole("button", { name: "Put on sale" }).click();
  await confirm(page, "Put on sale", { reason: "crane gone" });
  await page.getByText("Done: 1 changed.").waitFor();
  assert.equal(await letters(), "baaaaaaaaaaa");
  await seat(1, 3, "available").check();
  await page.getByRole("button", { name: "Complimentary" }).click();
  await page.locator("#give-name").fill("Press");
  await confirm(page, "Complimentary", { reason: "review" });
  await page.getByRole("heading", { name: "Tickets for Press" }).waitFor();
  assert.equal(await letters(), "basaaaaaaaaa");
  await seat(1, 3, "sold").and(page.locator(":disabled")).waitFor();
  const rows = await csvOf(page, page.getByRole("button", { name: "Download as CSV" }).last());
  assert.equal(rows.length, 1 + 90);
  await page.getByRole("radio", { name: "Map" }).check();
  await chooseOnMap(page);
  await page.getByRole("button", { name: "Block" }).click();
  await confirm(page, "Block", { reason: "a camera" });
  await page.getByText("Done: 1 changed.").waitFor();
  const blocked = (await admin.call("GET", `/v1/staff/shows/${show}/availability`)).sections.map((one) => one.seats).join("").split("b").length - 1;
  assert.equal(blocked, 2);
  assertNoFaults(page);
  await page.context().close();
});

test("who may only look chooses no seats", async () => {
  const made = await concert(admin, { title: "Looking" });
  const page = await atDesk(browser, server, keys.viewer, `/staff/concerts/${made.concert_id}/shows/${made.shows[0].show_id}`);
  await page.getByRole("radio", { name: "List" }).check();
  for (const words of ["Section A", "Row 1"]) await page.locator("summary", { hasText: words }).click();
  await page.getByRole("checkbox", { name: /^Row 1, seat 1,/ }).and(page.locator(":disabled")).waitFor();
  assert.equal(await page.getByRole("button", { name: /^(Block|Choose the whole)/ }).count(), 0);
  await page.context().close();
});

test("a show is cancelled with a typed word, and its refunds are counted", async () => {
  const made = await concert(admin, { title: "Storm" });
  const { buyer } = await purchase(server, made, ["A-1-1"]);
  const page = await atDesk(browser, server, keys.admin, `/staff/concerts/${made.concert_id}/shows/${made.shows[0].show_id}`);
  await page.getByRole("button", { name: "Cancel this show" }).click();
  await confirm(page, "Cancel this show", { reason: "storm", word: "cancel 2030-12-24" });
  await page.getByText("All 1 orders are refunded.").waitFor();
  assert.equal((await buyer.call("GET", "/v1/wallet")).balance, 1_000_000);
  await page.context().close();
});

test("a key is made in the browser, works, and is revoked; the log tells it", async () => {
  const page = await atDesk(browser, server, keys.admin, "/staff/keys");
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("Name").fill("Door 3");
  await confirm(page, "Make the key", { reason: "a new door" });
  const secret = await page.locator(".secret").innerText();
  assert.match(secret, /^frs_[\w-]{43}$/);
  const door = new Person(server, secret);
  assert.equal((await door.call("GET", "/v1/staff/keys/current")).role, "gate");
  await page.getByRole("button", { name: "Revoke Door 3" }).click();
  await confirm(page, "Revoke", { reason: "lost" });
  await assert.rejects(eventually(() => door.call("GET", "/v1/staff/keys/current").then(() => false)), /401/);
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.locator("tbody tr", { hasText: "staff_key.revoke" }).filter({ hasText: "lost" }).waitFor();
  const rows = await csvOf(page, page.getByRole("button", { name: "Download as CSV" }));
  assert(rows.some((row) => row.includes("staff_key.create,a new door")), rows.slice(0, 4).join("\n"));
  assertNoFaults(page);
  await page.context().close();
});

test("a spreadsheet runs nothing of what people wrote", async () => {
  await concert(admin, { title: '=HYPERLINK("http://x","y")' });
  const page = await atDesk(browser, server, keys.viewer);
  const rows = await csvOf(page, page.getByRole("button", { name: "Download as CSV" }));
  assert(rows.some((row) => row.startsWith(`"'=HYPERLINK(""http://x"",""y"")"`)), rows.slice(0, 3).join("\n"));
  await page.context().close();
});
