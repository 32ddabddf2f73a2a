// The staff's pages in tests: signing in, the shapes of a sale, and what is asked of every page.
import assert from "node:assert/strict";
import { assertAccessible, assertNoFaults, assertNoSideways, drawn, visit } from "./browser.mjs";

export async function signIn(page, key) {
  await page.locator("#staff-key").fill(key);
  await page.locator("form .button.primary").click();
  await page.locator(".who").waitFor();
}

/** A page of a member of staff who has just signed in, at `path`. What the page then loads is not waited for. */
export async function atDesk(browser, server, key, path = "/staff/", how = {}) {
  const page = await visit(browser, server, how);
  await page.goto(path);
  await signIn(page, key);
  return page;
}

/** The gate, ready for the first ticket. */
export async function atGate(browser, server, key, how = {}) {
  const page = await atDesk(browser, server, key, "/staff/check-in", how);
  await page.locator(".gate-form input").waitFor();
  return page;
}

/** A dialog's reason (and word, where one is asked for), then its button. */
export async function confirm(page, act, { reason, word } = {}) {
  const dialog = page.getByRole("dialog");
  if (reason) await dialog.locator("#ask-reason").fill(reason);
  if (word) await dialog.locator("#ask-word").fill(word);
  await dialog.getByRole("button", { name: act, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

/** The rows of the file that a press of the button downloads. */
export async function csvOf(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  assert.equal(text[0], "\ufeff", "a mark that tells spreadsheets the encoding");
  return text.slice(1).trim().split("\r\n");
}

/** A seat in the middle of the first section of the usual sale, on the map; on a small one the first press closes in on the section. */
export async function chooseOnMap(page) {
  const map = page.locator("canvas.map");
  const { width, height } = await map.boundingBox();
  for (let i = 0; i < 4 && !(await page.locator(".tray").isVisible()); ++i) {
    await map.click({ position: { x: width / 2 + 7, y: height * 0.43 } });
    await drawn(page);
  }
  await page.locator(".tray").waitFor();
}

export async function assertFit(page, what) {
  await assertAccessible(page, what);
  await assertNoSideways(page, what);
  assertNoFaults(page);
}
