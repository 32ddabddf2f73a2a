// Which of the two languages this page speaks. The server chose it from the cookie of the switch or from what the browser
// asks for, and wrote it into the page; so a page that needs no script speaks the same.
export type Language = "en" | "ko";

export const languages: readonly Language[] = ["en", "ko"];

const root = typeof document === "undefined" ? undefined : document.documentElement;

export const language: Language = root?.lang === "ko" ? "ko" : "en";

const kYear = 365 * 24 * 3600;

/** Remembers a choice of the reader's for a year, where the server sees it too. */
export function remember(name: "language" | "theme", value: string): void {
  document.cookie = `frontrow-${name}=${value}; Path=/; Max-Age=${kYear}; SameSite=Lax`;
}

/** Speaks another language from now on: the page is loaded again. */
export function speak(wanted: Language): void {
  remember("language", wanted);
  location.reload();
}
