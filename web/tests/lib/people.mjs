// Buyers in a browser: what the tests do again and again.
import assert from "node:assert/strict";
import { account, eventually, kPassword } from "./server.mjs";

const kOwn = { "Frontrow-Cookies": "yes", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json" };

/** A call of the contract with the page's own cookies; of those of a concert where one is named. */
export async function ask(page, method, path, data, concert) {
  const headers = { ...kOwn, ...(concert ? { "Frontrow-Concert": concert.concert_id } : {}) };
  const answer = await page.context().request.fetch(path, { method, headers, ...(data ? { data } : {}) });
  assert(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? undefined : answer.json();
}

/** Signs the page's visitor in, as an account of its own with so many points. */
export async function enterAs(page, server, { name = "Kim Mina", points = 0 } = {}) {
  const person = await account(server, name);
  await ask(page, "POST", "/v1/sessions", { email: person.email, password: kPassword });
  if (points) await ask(page, "POST", "/v1/wallet/top-ups", { amount: points });
  return person;
}

/** Into the concert, where nobody is ahead. */
export async function goInside(page, concert) {
  const joined = await ask(page, "POST", `/v1/concerts/${concert.concert_id}/queue-tokens`, undefined, concert);
  if (joined.status !== "admitted") await eventually(async () => (await place(page, concert)).status === "admitted");
}

export const showAddress = (concert, number = 0) => `/concerts/${concert.concert_id}/shows/${concert.shows[number].show_id}`;

export async function hold(page, concert, seats) {
  return ask(page, "POST", "/v1/orders", { show_id: concert.shows[0].show_id, seats }, concert);
}

/** The status of the page's own place in the concert's queue. */
export const place = (page, concert) => ask(page, "GET", "/v1/queue-tokens/current", undefined, concert);

/** Tab until the element has the focus, as somebody without a mouse does. */
export async function tabTo(page, target, most = 120) {
  for (let i = 0; i < most; ++i) {
    if (await target.evaluate((node) => node === document.activeElement).catch(() => false)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`not reached by ${most} tabs: ${target}`);
}

/** Joins, beside the browser, and waits until the person is inside. */
export async function entryTokenOf(person, concert) {
  const joined = await person.call("POST", `/v1/concerts/${concert.concert_id}/queue-tokens`);
  if (joined.entry_token) return joined.entry_token;
  const poll = () => person.call("GET", "/v1/queue-tokens/current", undefined, { "Queue-Token": joined.queue_token });
  return eventually(async () => (await poll()).entry_token);
}

/** A buyer beside the browser with points who is inside, an order of theirs, and its payment. */
export async function purchase(server, concert, seats) {
  const buyer = await account(server);
  const entry = { "Entry-Token": await entryTokenOf(buyer, concert) };
  await buyer.call("POST", "/v1/wallet/top-ups", { amount: 1_000_000 });
  const order = await buyer.call("POST", "/v1/orders", { show_id: concert.shows[0].show_id, seats }, entry);
  const payment = await buyer.call("POST", `/v1/orders/${order.order_id}/payments`, undefined, { "Entry-Token": order.entry_token });
  return { buyer, order, payment };
}

/** Somebody else, beside the browser, who is inside the concert. */
export async function rival(server, concert) {
  const person = await account(server, "Rival");
  const inside = { "Entry-Token": await entryTokenOf(person, concert) };
  return Object.assign(person, {
    hold: (seats) => person.call("POST", "/v1/orders", { show_id: concert.shows[0].show_id, seats }, inside),
    giveBack: (order) => person.call("DELETE", `/v1/orders/${order}`),
  });
}
