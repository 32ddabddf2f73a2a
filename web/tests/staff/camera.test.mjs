// The gate's camera: a film of a ticket instead of a person who holds a phone, and every way in which there is no picture.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { join } from "node:path";
import { Person, concert, eventually, sleep, startServer } from "../lib/server.mjs";
import { assertNoFaults, startBrowser } from "../lib/browser.mjs";
import { atGate } from "../lib/desk.mjs";
import { purchase } from "../lib/people.mjs";
import { writeFilm } from "../lib/video.mjs";

let server, browser, gate, codes;
before(async () => {
  server = await startServer();
  const admin = new Person(server, server.staffKey("admin"));
  gate = server.staffKey("gate");
  const made = await eventually(() => concert(admin, { title: "Winter Songs" }).catch(() => undefined));
  const { buyer } = await purchase(server, made, ["A-1-1", "A-1-2", "A-1-3"]);
  const tickets = (await buyer.call("GET", "/v1/tickets")).items.sort((a, b) => a.seat.localeCompare(b.seat));
  codes = tickets.map((one) => one.code);
  const picture = await fetch(`${server.base}/v1/tickets/${tickets[0].ticket_id}/qr.svg`, { headers: buyer.headers });
  const film = join(server.folder, "film.y4m");
  writeFilm(film, await picture.text());
  browser = await startBrowser(["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A gate; `before` runs in the page before its own scripts. The check-ins that it sends are in `sent`. */
async function withCamera({ before: prepare, allowed = true, ...how } = {}) {
  const page = await atGate(browser, server, gate, how);
  if (allowed) await page.context().grantPermissions(["camera"], { origin: server.base });
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/v1/staff/check-ins") && sent.push(request.postDataJSON().code));
  if (prepare) {
    await page.addInitScript(prepare);
    await page.reload();
    await page.getByLabel("Ticket code").waitFor();
  }
  return Object.assign(page, { sent });
}

const turnOn = (page) => page.getByRole("button", { name: "Use the camera" }).click();
const result = (page, words) => page.locator(".gate-result", { hasText: words }).waitFor();

/** Counts the pictures that were looked at, and keeps the streams. */
function countPictures() {
  globalThis.looks = 0;
  const real = CanvasRenderingContext2D.prototype.getImageData;
  CanvasRenderingContext2D.prototype.getImageData = function (...given) {
    ++globalThis.looks;
    return real.apply(this, given);
  };
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => (globalThis.stream = await ask(wish));
}

/** A browser that reads codes itself: whatever the test puts into `inSight`. */
function ownDetector() {
  globalThis.inSight = "";
  globalThis.looks = 0;
  globalThis.BarcodeDetector = class {
    static getSupportedFormats = async () => ["qr_code"];
    detect = async () => (++globalThis.looks, globalThis.inSight ? [{ rawValue: globalThis.inSight }] : []);
  };
}
const looks = (page, more) => page.evaluate((count) => new Promise((done) => {
  const end = globalThis.looks + count;
  const timer = setInterval(() => globalThis.looks >= end && (clearInterval(timer), done()), 20);
}), more);

test("a code that is held to the camera is read out of the picture, once; then the camera is let go", async () => {
  const page = await withCamera({ before: countPictures });
  await turnOn(page);
  await result(page, /Welcome\s*A-1-1/);
  await looks(page, 10);
  assert.equal(page.sent.length, 1, "however many pictures show it");
  await page.getByRole("button", { name: "Stop the camera" }).click();
  await eventually(() => page.evaluate(() => globalThis.stream.getTracks().every((track) => track.readyState === "ended")));
  assert.equal(await page.locator("video").count(), 0);
  assertNoFaults(page);
  await page.context().close();
});

test("the next person's code is taken at once, the same one again after it was away", async () => {
  const page = await withCamera({ before: ownDetector });
  await turnOn(page);
  const show = (code) => page.evaluate((text) => (globalThis.inSight = text), code);
  await show(codes[1]);
  await result(page, /Welcome\s*A-1-2/);
  await show(codes[2]);
  await result(page, /Welcome\s*A-1-3/);
  await looks(page, 5);
  assert.deepEqual(page.sent, [codes[1], codes[2]]);
  await show("");
  await sleep(3_200); // it counts as away after three seconds
  await show(codes[2]);
  await result(page, /Already inside\s*A-1-3/);
  assert.equal(page.sent.length, 3);
  await page.context().close();
});

test("a code that comes while one is being asked about is not lost", async () => {
  const page = await withCamera({ before: ownDetector });
  let answer;
  const held = new Promise((done) => (answer = done));
  await page.route("**/v1/staff/check-ins", (route) => held.then(() => route.continue()), { times: 1 });
  await turnOn(page);
  await page.evaluate((text) => (globalThis.inSight = text), codes[1]);
  await eventually(() => page.sent.length === 1);
  await page.evaluate((text) => (globalThis.inSight = text), codes[2]);
  answer();
  await eventually(() => page.sent.length === 2);
  assert.deepEqual(page.sent, [codes[1], codes[2]]);
  await page.context().close();
});

for (const [name, how, words] of [
  ["a camera that may not be used", { allowed: false }, "The camera may not be used, or there is none."],
  ["no camera at all", { before: () => (navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("none", "NotFoundError"); }) }, "The camera may not be used, or there is none."],
])
  test(`${name} is said, and codes can be typed`, async () => {
    const page = await withCamera(how);
    await turnOn(page);
    await page.getByText(words).waitFor();
    await page.getByRole("button", { name: "Use the camera" }).waitFor();
    await page.getByLabel("Ticket code").fill(codes[0]);
    await page.getByRole("button", { name: "Check in" }).click();
    await result(page, "Already inside");
    await page.context().close();
  });

test("a decoder that cannot be loaded is said, and the camera is let go", async () => {
  const page = await withCamera({ before: countPictures, serviceWorkers: "block" });
  await page.route("**/assets/*.js", (route) => route.abort());
  await turnOn(page);
  await page.getByText("What reads the codes could not be loaded.").waitFor();
  await eventually(() => page.evaluate(() => globalThis.stream.getTracks().every((track) => track.readyState === "ended")));
  await page.context().close();
});

test("the decoder is there without network", async () => {
  const page = await withCamera({ before: countPictures });
  await page.getByRole("button", { name: "Download the list" }).click();
  await page.getByText(/3 tickets on this device/).waitFor();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active);
  await page.context().setOffline(true);
  await page.reload();
  await turnOn(page);
  await result(page, /Already inside\s*A-1-1/);
  await page.context().close();
});

test("where the browser gives no camera, the page says what to do", async () => {
  const page = await withCamera({ before: () => Object.defineProperty(Navigator.prototype, "mediaDevices", { value: undefined }) });
  await page.getByText("There is no camera here without https").waitFor();
  assert.equal(await page.getByRole("button", { name: "Use the camera" }).count(), 0);
  await page.context().close();
});
