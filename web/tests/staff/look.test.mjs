// Every staff page: nothing for axe to find, nothing wider than 320 pixels, in both languages and both colours.
import { after, before, test } from "node:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Person, concert, eventually, startServer } from "../lib/server.mjs";
import { assertNoSideways, startBrowser, visit } from "../lib/browser.mjs";
import { assertFit, atDesk } from "../lib/desk.mjs";

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

// Where FRONTROW_SHOTS names a folder, each page is kept there as a picture.
async function keepPicture(page, name) {
  const folder = process.env.FRONTROW_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

const pages = () => ({
  concerts: ["/staff/", "table"],
  build: ["/staff/concerts/new", "#seats"],
  wall: [`/staff/concerts/${made.concert_id}`, ".figures"],
  edit: [`/staff/concerts/${made.concert_id}/edit`, "#rules"],
  show: [`/staff/concerts/${made.concert_id}/shows/${made.shows[0].show_id}`, ".seat-grid"],
  orders: ["/staff/orders", "table"],
  order: [`/staff/orders/${order}`, "#timeline"],
  gate: ["/staff/check-in", "#list"],
  keys: ["/staff/keys", "table"],
  audit: ["/staff/audit", "table"],
});

// Each language, each colour and each width is looked at by axe once, and all four stand side by side for a person's eye.
for (const [language, theme, width, fits] of [["en", "light", 320, assertFit], ["ko", "dark", 1280, assertFit], ["ko", "dark", 320, assertNoSideways], ["en", "light", 1280, assertNoSideways]])
  test(`every staff page in ${language}, ${theme}, at ${width} pixels`, async () => {
    const how = { language, theme, width, height: 800 };
    const door = await visit(browser, server, how);
    await door.goto("/staff/");
    await door.locator("#staff-key").waitFor();
    await fits(door, "sign-in");
    await keepPicture(door, `sign-in-${language}-${theme}-${width}`);
    await door.context().close();
    const page = await atDesk(browser, server, key, "/staff/", how);
    for (const [name, [path, sign]] of Object.entries(pages())) {
      await page.goto(path);
      await page.locator(sign).first().waitFor();
      if (name === "build") await page.locator(".maker .button").click();
      await fits(page, name);
      await keepPicture(page, `${name}-${language}-${theme}-${width}`);
    }
    await page.goto(`/staff/concerts/${made.concert_id}`);
    await page.locator(".steer .button").nth(1).click();
    await page.getByRole("dialog").waitFor();
    await fits(page, "a dialog");
    await keepPicture(page, `dialog-${language}-${theme}-${width}`);
    await page.context().close();
  });
