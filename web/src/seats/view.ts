// Which part of the map is looked at, and how close. Pure.
export interface View {
  scale: number; // pixels a seat
  x: number; // the map's place at the window's left edge
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

const kClosest = 48;
const kBorder = 12; // pixels around the whole

export function whole(map: Size, window: Size): View {
  const scale = Math.min((window.width - 2 * kBorder) / map.width, (window.height - 2 * kBorder) / map.height, kClosest);
  return { scale, x: (map.width - window.width / scale) / 2, y: (map.height - window.height / scale) / 2 };
}

/** Zooms around a pixel, which stays where it is. */
export function zoomed(view: View, factor: number, px: number, py: number, map: Size, window: Size): View {
  const least = whole(map, window).scale;
  const scale = Math.min(kClosest, Math.max(least, view.scale * factor));
  return kept({ scale, x: view.x + px / view.scale - px / scale, y: view.y + py / view.scale - py / scale }, map, window);
}

export function moved(view: View, dx: number, dy: number, map: Size, window: Size): View {
  return kept({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }, map, window);
}

/** A part of the map fills the window. */
export function framed(left: number, top: number, width: number, height: number, map: Size, window: Size): View {
  const scale = Math.min(kClosest, Math.min(window.width / (width + 2), window.height / (height + 6)));
  const view = { scale, x: left + width / 2 - window.width / scale / 2, y: top + height / 2 - 1 - window.height / scale / 2 };
  return kept(view, map, window);
}

/** The middle of the window never leaves the map. */
function kept(view: View, map: Size, window: Size): View {
  const half = { x: window.width / view.scale / 2, y: window.height / view.scale / 2 };
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  return { scale: view.scale, x: within(view.x + half.x, map.width) - half.x, y: within(view.y + half.y, map.height) - half.y };
}
