// Light, dark, or as the system says. The server writes the choice into the page, so that no wrong colour flashes.
import { signal } from "@preact/signals";
import { remember } from "./language";

export type Theme = "system" | "light" | "dark";

function chosen(): Theme {
  const told = document.documentElement.dataset.theme;
  return told === "light" || told === "dark" ? told : "system";
}

export const theme = signal<Theme>(chosen());

export function show(wanted: Theme): void {
  theme.value = wanted;
  document.documentElement.dataset.theme = wanted;
  remember("theme", wanted);
}
