// Which page an address names.
import { test } from "node:test";
import assert from "node:assert/strict";
import { load } from "../lib/bundle.mjs";

globalThis.location = { pathname: "/", search: "" };
const { route } = await load("shared/route.ts");

test("an address is taken apart and decoded; what is no UTF-8 is no page", () => {
  const { match } = route("/concerts/:concert/shows/:show", ({ concert, show }) => `${concert} ${show}`);
  for (const [path, shown] of [
    ["/concerts/a/shows/b", "a b"], ["/concerts/%EC%84%9C/shows/b%20c", "서 b c"],
    ["/concerts/%FF/shows/b", undefined], ["/concerts/a/shows/%", undefined], ["/concerts/a", undefined], ["/concerts/a/shows/b/", undefined],
  ])
    assert.equal(match(path), shown, path);
});
