// Debian's Chromium, driven by playwright-core, and what is asked of every page.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import assert from "node:assert/strict";
import { eventually, kPatienceMs } from "./server.mjs";

const kSettleMs = 5_000;
const kPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function startBrowser(args = []) {
  const executablePath = process.env.FRONTROW_CHROMIUM ?? kPlaces.find(existsSync);
  assert(executablePath, "chromium is missing: apt-get install chromium");
  return chromium.launch({ executablePath, args: ["--disable-dev-shm-usage", ...args] });
}

/**
 * A page of a fresh visitor. `language` is "en" or "ko", `theme` "light" or "dark". What the page reports as an error is kept
 * in `faults`; answers that the page expects to refuse it are not errors.
 */
export async function visit(browser, server, { language = "en", theme = "light", width = 1280, height = 800, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: server.base, locale: language === "ko" ? "ko-KR" : "en-GB", timezoneId: "Asia/Seoul", colorScheme: theme,
    viewport: { width, height }, reducedMotion: "reduce", ...more,
  });
  context.setDefaultTimeout(kPatienceMs);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  return Object.assign(page, { faults });
}

/** No finding of axe (WCAG 2.2 AA and best practices); the whole page. */
export async function assertAccessible(page, what) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } }));
  const found = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "")).join("\n  ")}`);
  assert.equal(found.length, 0, `${what}: ${found.join("\n")}`);
}

function tooWide() {
  const edge = document.documentElement.clientWidth;
  const over = [...document.querySelectorAll("body *")].filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && box.right > edge + 1 && !node.closest("[data-scrolls], .visually-hidden, .skip-link");
  });
  return { wide: document.documentElement.scrollWidth > edge ? over.slice(0, 3).map((node) => node.outerHTML.slice(0, 120)) : [], width: edge };
}

/** Nothing is wider than the window, once what follows a change of its size (a canvas, say) has followed. */
export async function assertNoSideways(page, what) {
  let found;
  await eventually(async () => (found = await page.evaluate(tooWide)).wide.length === 0, kSettleMs).catch(() => {});
  assert.deepEqual(found.wide, [], `${what} at ${found.width} px`);
}

/**
 * Presses the button, unless `sign` comes first because the page needed no press any more. Whichever is first; a page that
 * shows neither fails.
 */
export async function pressUnless(button, sign) {
  const pressed = button.click();
  const came = sign.waitFor();
  for (const one of [pressed, came]) one.catch(() => {}); // the slower one ends with the page
  await Promise.any([pressed, came]);
}

/** Two frames: what the page does at once because of an event is then on the screen. */
export function drawn(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

export function assertNoFaults(page) {
  assert.deepEqual(page.faults, []);
}
