// The whole purchase: with the mouse, with the keyboard alone, on a telephone.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { account, concert, kPassword, staff, startServer } from "../lib/server.mjs";
import { assertNoFaults, assertNoSideways, drawn, startBrowser, visit } from "../lib/browser.mjs";
import { tabTo } from "../lib/people.mjs";

let server, browser, sale;
before(async () => {
  [server, browser] = await Promise.all([startServer({ options: ["--demo"] }), startBrowser()]);
  sale = await concert(staff(server), { title: "Autumn Songs" });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("with the mouse: a guest of the demonstration, the best seats, tickets", async () => {
  const page = await visit(browser, server);
  await page.goto("/");
  await page.getByRole("link", { name: "Autumn Songs" }).click();
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.getByRole("button", { name: "Go in as a guest" }).click();
  await page.getByRole("heading", { level: 1, name: "Choose a date" }).waitFor();
  await page.getByRole("link", { name: /2030/ }).click();
  await page.getByRole("button", { name: "Hold the best seats" }).click();
  await page.getByText("The seats are yours for").waitFor();
  assert.match(await page.getByRole("timer").innerText(), /^[45]:\d\d$/);
  await page.getByRole("button", { name: "Top up" }).click();
  await page.getByRole("button", { name: "Pay ₩308,000" }).click();
  await page.getByText("The tickets are yours").waitFor();
  await page.getByRole("link", { name: "To the tickets" }).click();
  const codes = page.getByRole("img", { name: /Code for the door/ });
  await codes.nth(1).waitFor();
  assert(await codes.first().evaluate(async (image) => (await image.decode(), image.naturalWidth > 0)));
  await page.getByRole("link", { name: "Wallet" }).click();
  await page.getByRole("link", { name: "Payment" }).waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("with the keyboard alone: an account, seats from the list, payment", async () => {
  const person = await account(server);
  const page = await visit(browser, server);
  const press = async (target, key = "Enter") => {
    await target.waitFor();
    await tabTo(page, target);
    await page.keyboard.press(key);
  };
  await page.goto("/");
  await press(page.getByRole("link", { name: "Autumn Songs" }));
  await press(page.getByRole("button", { name: "Get tickets" }));
  await page.getByLabel("E-mail address").waitFor();
  await tabTo(page, page.getByLabel("E-mail address"));
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(kPassword);
  await page.keyboard.press("Enter");
  await press(page.getByRole("link", { name: /2030/ }));
  const map = page.getByRole("radio", { name: "Map" });
  await map.waitFor();
  await tabTo(page, page.getByRole("application", { name: "Seat map" }));
  for (const key of ["+", "ArrowLeft", "ArrowDown", "-", "0"]) await page.keyboard.press(key);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("ArrowRight");
  const section = page.locator("summary", { hasText: "Section B" });
  await press(section);
  await press(page.locator("summary", { hasText: "Row 3" }));
  await press(page.getByRole("checkbox", { name: "Row 3, seat 4, 99,000 won, available" }), "Space");
  await press(page.getByRole("checkbox", { name: "Row 3, seat 5, 99,000 won, available" }), "Space");
  await press(page.getByRole("button", { name: "Hold 2 seats" }));
  await press(page.getByRole("button", { name: "Top up" }));
  const pay = page.getByRole("button", { name: "Pay ₩198,000" });
  await pay.and(page.locator(":enabled")).waitFor();
  await press(pay);
  await page.getByText("The tickets are yours").waitFor();
  await page.getByText("Section B, row 3, seat 5").waitFor();
  assertNoFaults(page);
  await page.context().close();
});

test("on a telephone of 360 pixels, with a finger on the map", async () => {
  const page = await visit(browser, server, { language: "ko", width: 360, height: 740, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  await page.goto(`/concerts/${sale.concert_id}`);
  await assertNoSideways(page, "the concert");
  await page.getByRole("button", { name: "예매하기" }).tap();
  await page.getByRole("button", { name: "손님으로 둘러보기" }).tap();
  await page.getByRole("link", { name: /2030/ }).tap();
  const map = page.getByRole("application", { name: "좌석도" });
  await map.waitFor();
  await page.getByText(/^선택 가능한 좌석/).waitFor();
  await assertNoSideways(page, "the map");
  await map.scrollIntoViewIfNeeded();
  const box = await map.boundingBox();
  const hold = page.getByRole("button", { name: /석 임시 예약$/ }).and(page.locator(".tray button"));
  // A first tap may close in on a section; a tap on a seat then chooses it.
  for (let i = 0; i < 6 && !(await hold.isVisible()); ++i) {
    await page.touchscreen.tap(box.x + box.width / 2 + 7 * i, box.y + box.height * 0.45 + 3 * i);
    await drawn(page);
  }
  await hold.tap();
  await page.getByRole("button", { name: "충전하기" }).tap();
  await page.getByRole("button", { name: /원 결제$/ }).tap();
  await page.getByText("결제되었습니다").waitFor();
  await assertNoSideways(page, "the receipt");
  assertNoFaults(page);
  await page.context().close();
});
