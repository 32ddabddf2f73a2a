// The list of concerts, in both languages and both colours.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { concert, staff, startServer } from "../lib/server.mjs";
import { assertAccessible, assertNoFaults, assertNoSideways, startBrowser, visit } from "../lib/browser.mjs";

let server, browser;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  await concert(staff(server), { title: "Winter Songs" });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const [language, heading] of [["en", "Concerts"], ["ko", "콘서트"]])
  for (const theme of ["light", "dark"])
    test(`the list of concerts in ${language}, ${theme}`, async () => {
      const page = await visit(browser, server, { language, theme, width: 320, height: 640 });
      await page.goto("/");
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
      await page.getByRole("link", { name: "Winter Songs" }).waitFor();
      await assertAccessible(page, "the list");
      await assertNoSideways(page, "the list");
      assertNoFaults(page);
      await page.context().close();
    });

test("the switch of languages is remembered", async () => {
  const page = await visit(browser, server);
  await page.goto("/");
  await page.getByLabel("Language").selectOption("ko");
  await page.getByRole("heading", { level: 1, name: "콘서트" }).waitFor();
  await page.reload();
  assert.equal(await page.locator("html").getAttribute("lang"), "ko");
  await page.context().close();
});

test("files are kept for ever, pages are asked for anew, and nothing inline may run", async () => {
  const html = await fetch(server.base + "/");
  const policy = html.headers.get("content-security-policy");
  assert.match(policy, /default-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(html.headers.get("cache-control"), "no-cache");
  const again = await fetch(server.base + "/", { headers: { "If-None-Match": html.headers.get("etag") } });
  assert.equal(again.status, 304);
  const script = /src="([^"]+)"/.exec(await html.text())[1];
  for (const coding of ["br", "gzip"]) {
    const file = await fetch(server.base + script, { headers: { "Accept-Encoding": coding } });
    assert.equal(file.headers.get("content-encoding"), coding);
    assert.match(file.headers.get("cache-control"), /immutable/);
  }
  assert.equal((await fetch(server.base + "/assets/none.js")).status, 404);
  assert.equal((await fetch(server.base + "/", { method: "POST" })).status, 405);
});
