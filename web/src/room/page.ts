// Puts facts into the page: parts that are shown where their flag is set, and slots with values.
import type { Facts } from "./facts";

/** Sets the text of a slot where it changed, so that nothing is read aloud again. */
export function put(name: string, text: string): void {
  for (const place of document.querySelectorAll<HTMLElement>(`[data-slot="${name}"]`)) if (place.textContent !== text) place.textContent = text;
}

export function isShown(flag: string): boolean {
  return [...document.querySelectorAll<HTMLElement>(`[data-when="${flag}"]`)].some((part) => !part.hidden);
}

export function set(flag: string, on: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>(`[data-when="${flag}"]`)) part.hidden = !on;
}

export function show({ values, flags }: Facts): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-when]")) part.hidden = !flags.has(part.dataset["when"] ?? "");
  for (const [name, value] of Object.entries(values)) put(name, value);
}
