// The live holds of the person who is signed in: shown on every page, whichever tab made them.
import { effect, signal } from "@preact/signals";
import type { Order } from "../../generated/api";
import { call } from "../shared/api";
import { me } from "./session";
import { onNews, tellTabs } from "./tabs";

export const holds = signal<Order[]>([]);

export async function loadHolds(): Promise<void> {
  try {
    const { items } = await call("GET /v1/orders", { query: { limit: 20 } });
    holds.value = items.filter((order) => order.status === "held");
  } catch {
    // What is shown stays; the next page asks again.
  }
}

/** Here or in another tab something became of a hold. */
export function holdsChanged(): void {
  void loadHolds();
  tellTabs("holds");
}

export function followHolds(): void {
  onNews("holds", () => void loadHolds());
  effect(() => {
    if (me.value) void loadHolds();
    else holds.value = [];
  });
}
