// Fingers, mouse and wheel on the map, as moves, zooms and taps.
export interface Gestures {
  move: (dx: number, dy: number) => void;
  zoom: (factor: number, x: number, y: number) => void;
  tap: (x: number, y: number) => void;
}

const kTapPixels = 8; // a finger that moved no further has tapped

interface Finger {
  x: number;
  y: number;
}

function place(element: Element, event: MouseEvent): Finger {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

const between = (a: Finger, b: Finger): number => Math.hypot(a.x - b.x, a.y - b.y);

export function listen(element: HTMLElement, to: Gestures): () => void {
  const fingers = new Map<number, Finger>();
  let travelled = 0;
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(kind: K, react: (event: HTMLElementEventMap[K]) => void, passive = true): void =>
    element.addEventListener(kind, react, { signal: stop.signal, passive });

  on("pointerdown", (event) => {
    if (fingers.size === 0) travelled = 0;
    fingers.set(event.pointerId, place(element, event));
    element.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = place(element, event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    travelled += between(before, now) + (other ? kTapPixels : 0);
    fingers.set(event.pointerId, now);
    if (!other) {
      if (travelled > kTapPixels) to.move(now.x - before.x, now.y - before.y);
      return;
    }
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    to.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    to.zoom(between(now, other) / Math.max(1, between(before, other)), middle.x, middle.y);
  });
  on("pointerup", (event) => {
    const at = place(element, event);
    if (fingers.delete(event.pointerId) && fingers.size === 0 && travelled <= kTapPixels) to.tap(at.x, at.y);
  });
  on("pointercancel", (event) => fingers.delete(event.pointerId));
  on(
    "wheel",
    (event) => {
      event.preventDefault();
      const at = place(element, event);
      to.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0018) * (event.ctrlKey ? 4 : 1)), at.x, at.y);
    },
    false,
  );
  return () => stop.abort();
}
