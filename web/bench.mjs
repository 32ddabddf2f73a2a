// ./dev bench web: a seat map of 100,000 seats in the test browser. Prints how long the page's thread works until the map is
// painted, and the slowest frame while it is moved and zoomed; fails beyond the budgets. --json prints one object.
import assert from "node:assert/strict";
import { concert, staff, startServer } from "./tests/lib/server.mjs";
import { startBrowser, visit } from "./tests/lib/browser.mjs";
import { enterAs, goInside, showAddress } from "./tests/lib/people.mjs";

const kPaintMs = 500;
const kFrameMs = 50;
const kSections = 20; // of 5,000 seats each

const [server, browser] = await Promise.all([startServer(), startBrowser()]);
try {
  const sections = Array.from({ length: kSections }, (_, i) => ({ name: `S${i + 1}`, price: 60_000 + (i % 5) * 20_000, rows: 50, seats_per_row: 100 }));
  const sale = await concert(staff(server), { title: "Stadium", sections });
  const page = await visit(browser, server);
  await enterAs(page, server);
  await goInside(page, sale);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const worked = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map((one) => [one.name, one.value]));
  await page.goto("/wallet");
  await page.getByRole("heading", { level: 1 }).waitFor();
  const before = await worked();
  await page.evaluate((to) => (history.pushState(null, "", to), dispatchEvent(new PopStateEvent("popstate"))), showAddress(sale));
  await page.locator("canvas.map").waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const paintMs = Math.round(((await worked()).TaskDuration - before.TaskDuration) * 1000);
  const frames = await measureFrames(page);
  const found = { seats: kSections * 5_000, paint_ms: paintMs, frame_ms_max: Math.round(frames.most), frame_ms_middle: Math.round(frames.middle), frames: frames.count };
  if (process.argv.includes("--json")) console.log(JSON.stringify(found));
  else console.log(`map of ${found.seats.toLocaleString("en")} seats: painted after ${paintMs} ms of work (at most ${kPaintMs}); moved and zoomed in ${found.frames} frames, ` +
    `the slowest drawn in ${found.frame_ms_max} ms (at most ${kFrameMs}), half of them within ${found.frame_ms_middle} ms`);
  assert(paintMs <= kPaintMs, `painted after ${paintMs} ms`);
  assert(found.frame_ms_max <= kFrameMs, `a frame took ${found.frame_ms_max} ms`);
} finally {
  await browser.close();
  await server.stop();
}

/** Moves and zooms through all scales; a frame's time is what its tasks took on the page's thread. */
async function measureFrames(page) {
  await page.evaluate(() => {
    globalThis.times = [];
    const own = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.requestAnimationFrame = (draw) => own((at) => {
      const start = performance.now();
      draw(at);
      globalThis.times.push(performance.now() - start);
    });
  });
  const map = page.locator("canvas.map");
  const box = await map.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  for (let zoom = 0; zoom < 6; ++zoom) {
    await page.mouse.down();
    for (let i = 0; i < 12; ++i) {
      await page.mouse.move(x + 15 * (i % 6), y + 9 * i);
      await page.evaluate(() => new Promise((done) => setTimeout(done, 16)));
    }
    await page.mouse.up();
    await page.mouse.move(x, y);
    for (let i = 0; i < 3; ++i) await page.mouse.wheel(0, -220);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 40)));
  }
  const times = (await page.evaluate(() => globalThis.times)).sort((a, b) => a - b);
  return { most: times.at(-1), middle: times[times.length >> 1], count: times.length };
}
