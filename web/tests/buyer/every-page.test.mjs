// Every page of the buyers, in both languages and both colours: axe finds nothing, nothing is wider than 320 pixels, nothing is
// reported as an error, and nothing is lost at 200 %. FRONTROW_SCREENSHOTS=FOLDER keeps a picture of each at 360 and 1280 pixels.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { account, concert, staff, startServer } from "../lib/server.mjs";
import { assertAccessible, assertNoFaults, assertNoSideways, drawn, startBrowser, visit } from "../lib/browser.mjs";
import { assertReadableAt200 } from "../lib/zoom.mjs";
import { ask, enterAs, goInside, hold, showAddress } from "../lib/people.mjs";

const pictures = process.env.FRONTROW_SCREENSHOTS;
let server, browser, sales;

before(async () => {
  [server, browser] = await Promise.all([startServer({ options: ["--demo"] }), startBrowser()]);
  const manager = staff(server);
  const open = await concert(manager, { title: "Winter Songs", description: "A quiet evening with strings and voices.\nNo interval.", sale: { max_seats_per_user: 100 },
    sections: [{ name: "A", price: 154000, rows: 12, seats_per_row: 24 }, { name: "B", price: 121000, rows: 12, seats_per_row: 18 },
      { name: "C", price: 121000, rows: 12, seats_per_row: 18 }, { name: "D", price: 99000, rows: 10, seats_per_row: 40 }] });
  const opens_at = new Date(Date.now() + 26 * 3_600_000).toISOString();
  const lobby = await concert(manager, { title: "Northern Lights Tour", sale: { opens_at, lobby_opens_at: "2026-01-01T00:00:00Z", draw: true } });
  const full = await concert(manager, { title: "Last Summer", sale: { capacity: 1 } });
  for (let i = 0; i < 2; ++i) await (await account(server)).call("POST", `/v1/concerts/${full.concert_id}/queue-tokens`);
  sales = { open, lobby, full };
  if (pictures) mkdirSync(pictures, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const join_ = (page, sale) => ask(page, "POST", `/v1/concerts/${sale.concert_id}/queue-tokens`, undefined, sale);
const holdBest = (page, sale, count) => ask(page, "POST", "/v1/orders", { show_id: sale.shows[0].show_id, best_available: { count } }, sale);
const room = (sale) => `/concerts/${sale.concert_id}/queue`;

/** Name, address, what to do before (it may give another address), and what must be there before the page is judged. */
const kPages = [
  ["concerts", () => "/", undefined, "article"],
  ["sign-in", () => "/sign-in", undefined, "form"],
  ["sign-up", () => "/sign-up", undefined, "form"],
  ["concert-lobby", () => `/concerts/${sales.lobby.concert_id}`, undefined, "aside .number"],
  ["not-found", () => "/nowhere", undefined, "h1"],
  ["wallet-nobody", () => "/wallet", undefined, "main a.button"],
  ["seats-nobody", () => showAddress(sales.open), undefined, ".note"],
  ["concert", () => `/concerts/${sales.open.concert_id}`, (page) => enterAs(page, server, { points: 2_000_000 }), "h2"],
  ["room-no-place", () => room(sales.full), undefined, "main form"],
  ["room-waiting", () => room(sales.full), (page) => join_(page, sales.full), "[data-slot=ahead]"],
  ["room-lobby", () => room(sales.lobby), (page) => join_(page, sales.lobby), "[data-slot=opens_clock]:not([hidden])"],
  ["dates", () => `/concerts/${sales.open.concert_id}/dates`, (page) => goInside(page, sales.open), "h2"],
  ["seats-map", () => showAddress(sales.open), undefined, "canvas"],
  ["seats-near", () => showAddress(sales.open), undefined, "canvas", async (page) => {
    const map = page.locator("canvas.map");
    const box = await map.boundingBox();
    for (const y of [0.45, 0.45, 0.55, 0.5]) {
      await map.click({ position: { x: box.width * 0.5 + 40 * (y > 0.5), y: box.height * y } });
      await drawn(page);
    }
  }],
  ["seats-list", () => showAddress(sales.open), undefined, "canvas", async (page) => {
    await page.locator(".switch-choice").nth(1).click();
    await page.locator("summary").first().click();
    await page.locator("details details summary").nth(1).click();  // a row, which is there once its section is open
    await page.locator(".seat-box input:enabled").nth(3).check();
  }],
  ["checkout", undefined, async (page) => `/orders/${(await holdBest(page, sales.open, 2)).order_id}`, ".hold-time time"],
  ["hold-bar", () => "/", undefined, ".hold-bar"],
  ["receipt", undefined, async (page) => {
    const order = (await ask(page, "GET", "/v1/orders")).items[0];
    await ask(page, "POST", `/v1/orders/${order.order_id}/payments`, undefined, sales.open);
    return `/orders/${order.order_id}`;
  }, ".note.good"],
  ["checkout-short", undefined, async (page) => {
    await goInside(page, sales.open);
    return `/orders/${(await holdBest(page, sales.open, 16)).order_id}`;
  }, ".note.warn"],
  ["order-cancelled", undefined, async (page) => {
    const order = (await ask(page, "GET", "/v1/orders")).items[0];
    await ask(page, "DELETE", `/v1/orders/${order.order_id}`);
    return `/orders/${order.order_id}`;
  }, ".note.warn"],
  ["orders", () => "/orders", undefined, "li.card"],
  ["tickets", () => "/tickets", undefined, ".ticket img"],
  ["wallet", () => "/wallet", undefined, ".entry-line"],
];

async function judge(page, name, { language, theme }) {
  for (const width of pictures ? [1280, 360] : []) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await drawn(page);
    await page.screenshot({ path: join(pictures, `${name}-${language}-${theme}-${width}.png`), fullPage: name !== "seats-list" });
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await assertNoSideways(page, `${name} ${language}`).finally(() => page.setViewportSize({ width: 1280, height: 800 }));
  await assertAccessible(page, `${name} ${language} ${theme}`);
  if (theme === "light") await assertReadableAt200(page, `${name} ${language}`);
}

describe("every page", { concurrency: 2 }, () => {
  for (const [language, theme] of [["en", "light"], ["ko", "dark"], ["en", "dark"], ["ko", "light"]])
    test(`every page in ${language}, ${theme}`, async () => {
      const page = await visit(browser, server, { language, theme });
      const found = [];
      const look = async ([name, address, prepare, needed, then]) => {
        const given = await prepare?.(page);
        await page.goto(typeof given === "string" ? given : address());
        await page.locator(needed).first().waitFor();
        await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode().catch(() => {}))));
        await then?.(page);
        await judge(page, name, { language, theme });
      };
      for (const one of kPages) await look(one).catch((error) => found.push(`${one[0]}: ${error.message}`));
      assert.equal(found.length, 0, found.join("\n"));
      assertNoFaults(page);
      await page.context().close();
    });
});
