// Every staff page: nothing for axe to find, nothing wider than 320 pixels, nothing lost at 200 %, in both languages and both colours.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Person, concert, eventually, startServer } from "../lib/server.mjs";
import { assertNoSideways, drawn, startBrowser, visit } from "../lib/browser.mjs";
import { assertFit, chooseOnMap, signIn } from "../lib/desk.mjs";
import { assertReadableAt200 } from "../lib/zoom.mjs";

let server, browser, key, made, order;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  key = server.staffKey("admin");
  const admin = new Person(server, key);
  made = await eventually(() => concert(admin, { title: "Winter Songs" }).catch(() => undefined));
  const given = await admin.call("POST", `/v1/staff/shows/${made.shows[0].show_id}/complimentary`, { seats: ["A-1-1", "A-1-2"], name: "Press", reason: "review" });
  order = given.order_id;
  await admin.call("POST", `/v1/staff/concerts/${made.concert_id}/queue/actions`, { action: "message", text: "We go on at eight.", reason: "people ask" });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const pages = () => ({
  concerts: ["/staff/", "table"],
  build: ["/staff/concerts/new", "#seats"],
  wall: [`/staff/concerts/${made.concert_id}`, ".figures"],
  edit: [`/staff/concerts/${made.concert_id}/edit`, "#rules"],
  show: [`/staff/concerts/${made.concert_id}/shows/${made.shows[0].show_id}`, "canvas.map"],
  seat_list: [`/staff/concerts/${made.concert_id}/shows/${made.shows[0].show_id}`, "canvas.map"],
  orders: ["/staff/orders", "table"],
  order: [`/staff/orders/${order}`, "#timeline"],
  gate: ["/staff/check-in", "#list"],
  keys: ["/staff/keys", "table"],
  audit: ["/staff/audit", "table"],
  not_found: ["/staff/nowhere", "h1"],
  dialog: [`/staff/concerts/${made.concert_id}`, ".steer .button"],
});

// What is done on a page before it is judged.
const steps = {
  build: async (page) => {
    await page.locator(".maker .button").click();
    await page.locator("#title").fill("Winter Songs");
    await page.locator("#starts-0").fill("2030-12-24T19:30");
    await page.locator(".date-row + .row .button").click();
    await page.locator("#own-1").check();
    await page.locator("[aria-labelledby=preview] .button").click();
    await page.locator(".concert-page").waitFor();
  },
  show: chooseOnMap,
  seat_list: async (page) => {
    await page.getByRole("radio").nth(1).check();
    await page.locator("summary").first().click();
    await page.locator("details details summary").first().click();
    await page.locator(".seat-box input:enabled").first().check();
  },
  dialog: async (page) => {
    await page.locator(".steer .button").nth(1).click();
    await page.getByRole("dialog").waitFor();
  },
};

const kSizes = [[1280, 800], [360, 740]];

/** Nothing to find in both colours at both sizes, nothing wider than 320 pixels, nothing lost at 200 %. */
async function judge(page, name, language) {
  const folder = process.env.FRONTROW_SHOTS; // where it names a folder, a picture of each is kept there
  if (folder) mkdirSync(folder, { recursive: true });
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [width, height] of kSizes) {
      await page.setViewportSize({ width, height });
      await drawn(page);
      if (folder) await page.screenshot({ path: join(folder, `${name}-${language}-${theme}-${width}.png`), fullPage: true });
      await assertFit(page, `${name}, ${language}, ${theme}, ${width} px`);
    }
  }
  await page.setViewportSize({ width: 320, height: 640 });
  await assertNoSideways(page, `${name}, ${language}`);
  await assertReadableAt200(page, `${name}, ${language}`);
  await page.emulateMedia({ colorScheme: "light" });
}

describe("every staff page", { concurrency: 2 }, () => {
  for (const language of ["en", "ko"])
    test(`in ${language}, light and dark, on a telephone, a screen, and at 200 %`, async () => {
      const page = await visit(browser, server, { language });
      const found = [];
      const look = (name) => judge(page, name, language).catch((error) => found.push(error.message));
      await page.goto("/staff/");
      await page.locator("#staff-key").waitFor();
      await look("sign-in");
      await signIn(page, key);
      for (const [name, [path, sign]] of Object.entries(pages())) {
        await page.goto(path);
        await page.locator(sign).first().waitFor();
        await steps[name]?.(page);
        await look(name);
      }
      assert.equal(found.length, 0, found.join("\n"));
      await page.context().close();
    });
});
