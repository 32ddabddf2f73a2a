// Which page the address names, and going to another one without loading the whole again.
//
//   const routes = [route("/concerts/:concert", ({ concert }) => <ConcertPage id={concert} />)];
//   mount(routes, …)
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

type Names<S extends string> = S extends `${string}:${infer N}/${infer Rest}` ? N | Names<Rest> : S extends `${string}:${infer N}` ? N : never;

export interface Route {
  match: (path: string) => ComponentChildren | undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined; // escapes that are no UTF-8
  }
}

export function route<S extends string>(pattern: S, show: (names: Record<Names<S>, string>) => ComponentChildren): Route {
  const names = [...pattern.matchAll(/:(\w+)/g)].map((found) => found[1] as Names<S>);
  const shape = new RegExp(`^${pattern.replace(/:\w+/g, "([^/]+)")}$`);
  return {
    match: (path) => {
      const found = shape.exec(path);
      if (!found) return undefined;
      const values = {} as Record<Names<S>, string>;
      for (const [i, name] of names.entries()) {
        const value = decoded(found[i + 1] ?? "");
        if (value === undefined) return undefined;
        values[name] = value;
      }
      return show(values);
    },
  };
}

export const address = signal(location.pathname + location.search);

export function go(to: string, how: "push" | "replace" = "push"): void {
  history[`${how}State`](null, "", to);
  arrive();
}

function arrive(): void {
  address.value = location.pathname + location.search;
}

function focusContent(): void {
  scrollTo(0, 0);
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** Links to addresses that `isOurs` knows change the page in place. */
export function followLinks(isOurs: (path: string) => boolean): void {
  addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.download) return;
    if (link.origin !== location.origin || link.hash || !isOurs(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
    focusContent();
  });
}
