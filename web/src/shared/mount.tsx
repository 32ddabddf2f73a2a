// Starts a set of pages in the frame: the address decides which is shown.
import { render, type ComponentChildren } from "preact";
import { loadInstallation } from "./installation";
import { address, followLinks, type Route } from "./route";

export interface Pages {
  routes: Route[];
  around: (page: ComponentChildren) => ComponentChildren;
  notFound: () => ComponentChildren;
}

function pageAt(pages: Pages, path: string): ComponentChildren {
  for (const one of pages.routes) {
    const page = one.match(path);
    if (page !== undefined) return page;
  }
  return pages.notFound();
}

function Site({ pages }: { pages: Pages }) {
  const path = address.value.split("?")[0] ?? "/";
  return <>{pages.around(pageAt(pages, path))}</>;
}

export function mount(pages: Pages): void {
  followLinks((path) => pages.routes.some((one) => one.match(path) !== undefined));
  void loadInstallation();
  const place = document.getElementById("page");
  if (place) render(<Site pages={pages} />, place);
}
