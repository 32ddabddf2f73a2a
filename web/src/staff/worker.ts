// Opens the staff's pages without network: a service worker for the addresses below /staff/ alone, served as /staff/worker.js.
//
// It keeps the files of one build, whose names change with their bytes, and the page's HTML, which it asks the server for first.
// Answers of the contract it neither keeps nor sees: requests that are no page and no file go past it. A new build is another
// worker with another place, and takes the old place away.
//
// What the build writes in: the files that a page loads only when it needs them, and the name of the build.
declare const kLazyFiles: readonly string[];
declare const kBuild: string;

// The part of the workers' interface that is used here; the compiler's own list of it does not go together with that of pages.
interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface AskEvent extends LastingEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", react: (event: LastingEvent) => void): void;
  addEventListener(kind: "fetch", react: (event: AskEvent) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

const kPrefix = "frontrow-staff-";
const kPlace = kPrefix + kBuild;
const kPage = "/staff/"; // all addresses below it have the same HTML
const kPageMs = 4_000; // a network may lead nowhere
const kAnyVariant = { ignoreVary: true, ignoreSearch: true };

const filesOf = (html: string): string[] => [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map((found) => found[1] ?? "");

/** Keeps a page, and first what it needs: what is kept always works together. */
async function keepPage(page: Response, more: readonly string[] = []): Promise<void> {
  const cache = await caches.open(kPlace);
  const wanted = [...filesOf(await page.clone().text()), ...more];
  const have = await Promise.all(wanted.map((file) => cache.match(file, kAnyVariant)));
  await cache.addAll(wanted.filter((_, i) => !have[i]));
  await cache.put(kPage, page);
}

async function install(): Promise<void> {
  const page = await fetch(kPage, { cache: "no-cache" });
  if (!page.ok) throw new Error(`the page: ${page.status}`);
  await keepPage(page, kLazyFiles.map((file) => `/assets/${file}`));
  await scope.skipWaiting();
}

async function takeOver(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(kPrefix) && name !== kPlace);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The server's page; the kept one where there is no network, or a proxy that says that the server is gone. */
async function pageOf(event: AskEvent): Promise<Response> {
  const asked = fetch(event.request, { signal: AbortSignal.timeout(kPageMs) });
  const page = await asked.catch(() => undefined);
  if (page && page.status < 500) {
    if (page.ok) event.waitUntil(keepPage(page.clone()).catch(() => undefined));
    return page;
  }
  return (await caches.match(kPage, kAnyVariant)) ?? asked;
}

async function fileOf(request: Request): Promise<Response> {
  return (await caches.match(request, kAnyVariant)) ?? fetch(request);
}

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(takeOver()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageOf(event));
  else if (pathname.startsWith("/assets/")) event.respondWith(fileOf(request));
});
