// Server-sent events with the staff key in a header, which the browser's own EventSource cannot send.
import { proof } from "../session";

const kFirstPauseMs = 500;
const kLongestPauseMs = 10_000;
const kSilenceMs = 5_000; // an event comes each second

export interface Listener {
  onData: (data: unknown) => void;
  onState: (isLive: boolean) => void;
}

/** The data of each whole event in `text`, and what is left of it. */
export function takeEvents(text: string): { data: string[]; rest: string } {
  const parts = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = parts.pop() ?? "";
  const data = parts.flatMap((part) => {
    const lines = part.split("\n").filter((line) => line.startsWith("data:"));
    return lines.length ? [lines.map((line) => line.slice(5).trimStart()).join("\n")] : [];
  });
  return { data, rest };
}

async function readOnce(address: string, signal: AbortSignal, { onData, onState }: Listener): Promise<void> {
  const response = await fetch(address, { headers: { ...proof(), Accept: "text/event-stream" }, cache: "no-store", signal });
  if (!response.ok || !response.body) throw new Error(String(response.status));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const { data, rest } = takeEvents(text + value);
    text = rest;
    for (const one of data) {
      onState(true);
      onData(JSON.parse(one));
    }
  }
}

/** Listens until the returned function is called; a lost stream is asked for again, less and less often. */
export function listen(address: string, listener: Listener): () => void {
  const stop = new AbortController();
  let heardAt = 0;
  const watch = setInterval(() => performance.now() - heardAt > kSilenceMs && listener.onState(false), 1_000);
  const heard: Listener = {
    onData: listener.onData,
    onState: (isLive) => {
      if (isLive) heardAt = performance.now();
      listener.onState(isLive);
    },
  };
  const run = async (): Promise<void> => {
    for (let wait = kFirstPauseMs; !stop.signal.aborted; wait = Math.min(kLongestPauseMs, wait * 2)) {
      const began = performance.now();
      await readOnce(address, stop.signal, heard).catch(() => undefined);
      if (stop.signal.aborted) return;
      listener.onState(false);
      if (heardAt > began) wait = kFirstPauseMs;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
  void run();
  return () => {
    stop.abort();
    clearInterval(watch);
  };
}
