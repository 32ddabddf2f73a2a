// Makes the gate's page one that opens without network (worker.ts). Where the browser has no such thing, or there is no https, the
// page works all the same while it stays open.
export async function openWithoutNetwork(): Promise<void> {
  try {
    await navigator.serviceWorker?.register("/staff/worker.js", { scope: "/staff/" });
  } catch {
    // Without network now, or private browsing: what was kept before, if anything, stays.
  }
}
