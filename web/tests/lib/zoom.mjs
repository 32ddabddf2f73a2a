// What a page must keep when it is shown at 200 %: with everything larger (the window then has half as many CSS pixels), and with
// the text alone larger.
import assert from "node:assert/strict";
import { assertNoSideways, drawn } from "./browser.mjs";

/** Texts that are cut off, and parts that stay in place over more than half of the window. */
function lost() {
  const out = [];
  for (const node of document.querySelectorAll("body *")) {
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    if (box.width === 0 || style.visibility === "hidden" || node.closest(".visually-hidden, .skip-link, [data-scrolls]")) continue;
    const isCut = /hidden|clip/.test(style.overflow) && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1);
    if (isCut && node.clientWidth > 0 && node !== document.scrollingElement) out.push(`cut: ${node.outerHTML.slice(0, 120)}`);
    if (/fixed|sticky/.test(style.position) && !node.matches("dialog") && box.height > innerHeight / 2) out.push(`covers the page: ${node.outerHTML.slice(0, 120)}`);
    // A word that is wider than its box hangs over its neighbours.
    const hangs = node.matches("a, button, p, span, h1, h2, h3, dt, dd, th, td, label, summary") && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0;
    if (hangs) out.push(`hangs over: ${node.outerHTML.slice(0, 120)}`);
  }
  return out.slice(0, 5);
}

async function assertKept(page, what) {
  await drawn(page);
  await assertNoSideways(page, what);
  assert.deepEqual(await page.evaluate(lost), [], what);
}

/** Leaves the page as it was, in a window of 1280 by 800. */
export async function assertReadableAt200(page, what) {
  await page.setViewportSize({ width: 640, height: 400 });
  await assertKept(page, `${what} at 200 %`);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.evaluate(() => void (document.documentElement.style.fontSize = "200%"));
  await assertKept(page, `${what} with text of 200 %`);
  await page.evaluate(() => document.documentElement.removeAttribute("style"));
}
