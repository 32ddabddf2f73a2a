// Tabs of one browser tell each other what changed, so that all show the same.
export type News = "session" | "holds";

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("frontrow");

export function tellTabs(news: News): void {
  channel?.postMessage(news);
}

export function onNews(wanted: News, callback: () => void): () => void {
  const listen = (event: MessageEvent): void => {
    if (event.data === wanted) callback();
  };
  channel?.addEventListener("message", listen);
  return () => channel?.removeEventListener("message", listen);
}
