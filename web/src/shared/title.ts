// The window's title: the page's own words, then the installation's name.
import { useEffect } from "preact/hooks";

export const siteName = typeof document === "undefined" ? "" : document.title;

export function useTitle(words: string | undefined): void {
  useEffect(() => {
    document.title = words ? `${words} · ${siteName}` : siteName;
  }, [words]);
}
