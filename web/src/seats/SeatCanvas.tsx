// The map: zoomed and moved by touch, wheel, keys and buttons. A section that is tapped from afar fills the window; a seat that
// is tapped is chosen. The list beside it is the equal way for those who do not see it.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { theme } from "../shared/theme";
import { SeatDrawing, readColours } from "./draw";
import { listen } from "./gestures";
import type { Section } from "./model";
import { seatName } from "./names";
import type { SeatChoice } from "./choice";
import { framed, moved, whole, zoomed, type Size, type View } from "./view";
import { t } from "./seats.words";

const kStep = 80; // pixels an arrow key moves
const kZoomStep = 1.5;
const kSeatsFrom = 9; // pixels a seat, from which a tap means a seat

/** Owns the canvas: what is looked at, and drawing it once a frame where something changed. */
class MapWindow {
  private view: View;
  private size: Size = { width: 1, height: 1 };
  private drawing: SeatDrawing;
  private frame = 0;
  private readonly ends: (() => void)[] = [];
  onResult: (words: string) => void = () => {};

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly state: SeatChoice,
  ) {
    this.drawing = new SeatDrawing(state.model, readColours(document.body), state.marksBlocked);
    this.view = { scale: 1, x: 0, y: 0 };
    const watch = new ResizeObserver(() => this.resize());
    watch.observe(canvas);
    this.resize();
    this.showAll();
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", this.recolour);
    state.onSeats = (seats) => {
      this.drawing.changed(seats);
      this.ask();
    };
    this.ends.push(
      listen(canvas, { move: (dx, dy) => this.look(moved(this.view, dx, dy, state.model, this.size)), zoom: (f, x, y) => this.zoom(f, x, y), tap: (x, y) => this.tap(x, y) }),
      () => watch.disconnect(),
      () => dark.removeEventListener("change", this.recolour),
      effect(() => {
        void state.chosen.value;
        this.ask();
      }),
      theme.subscribe(() => setTimeout(this.recolour)),
    );
  }

  end(): void {
    cancelAnimationFrame(this.frame);
    this.state.onSeats = () => {};
    for (const end of this.ends) end();
  }

  showAll(): void {
    this.look(whole(this.state.model, this.size));
  }

  zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    this.look(zoomed(this.view, factor, x, y, this.state.model, this.size));
  }

  move(dx: number, dy: number): void {
    this.look(moved(this.view, dx, dy, this.state.model, this.size));
  }

  showSection(section: Section): void {
    this.look(framed(section.left, section.top, section.columns, section.rows.length, this.state.model, this.size));
  }

  private look(view: View): void {
    this.view = view;
    this.ask();
  }

  private readonly recolour = (): void => {
    this.drawing.recolour(readColours(document.body));
    this.ask();
  };

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const before = this.size;
    const wasWhole = this.view.scale <= whole(this.state.model, before).scale * 1.001;
    this.size = { width, height };
    this.canvas.width = Math.round(width * devicePixelRatio);
    this.canvas.height = Math.round(height * devicePixelRatio);
    // What was in the middle stays there.
    this.look(wasWhole ? whole(this.state.model, this.size) : moved(this.view, (width - before.width) / 2, (height - before.height) / 2, this.state.model, this.size));
  }

  private tap(px: number, py: number): void {
    const { model } = this.state;
    const x = this.view.x + px / this.view.scale;
    const y = this.view.y + py / this.view.scale;
    const seat = model.at(x, y);
    if (this.view.scale >= kSeatsFrom) {
      if (seat >= 0) this.onResult(resultWords(this.state, seat));
      return;
    }
    const section = model.sectionAt(x, y, 2);
    if (!section) return this.zoom(2, px, py);
    const before = this.view.scale;
    this.showSection(section);
    // A section too large to show its seats at once: close in on where it was tapped.
    if (this.view.scale < kSeatsFrom) this.look(framed(x - 12, y - 8, 24, 16, model, this.size));
    if (this.view.scale <= before) this.zoom(2, px, py);
    this.onResult(t("map.section", { name: section.name }));
  }

  private ask(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const context = this.canvas.getContext("2d");
    if (!context) return;
    this.drawing.draw(context, this.view, this.size, new Set(this.state.chosen.value), devicePixelRatio, {
      stage: t("map.stage"),
      section: (section, left) => t("map.section_left", { name: section.name, left }),
    });
  }
}

function resultWords(state: SeatChoice, seat: number): string {
  const name = seatName(state.model, seat);
  switch (state.toggle(seat)) {
    case "chosen":
      return t("seat.chosen", { name });
    case "given back":
      return t("seat.given_back", { name });
    case "gone":
      return t("seat.gone", { name });
    case "too many":
      return t("seat.too_many", { count: state.most });
  }
}

export function SeatCanvas({ state, say }: { state: SeatChoice; say: (words: string) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<MapWindow | undefined>(undefined);
  useEffect(() => {
    if (!canvas.current) return;
    const made = new MapWindow(canvas.current, state);
    made.onResult = say;
    map.current = made;
    return () => made.end();
  }, [state]);

  const keys: Record<string, () => void> = {
    ArrowLeft: () => map.current?.move(kStep, 0),
    ArrowRight: () => map.current?.move(-kStep, 0),
    ArrowUp: () => map.current?.move(0, kStep),
    ArrowDown: () => map.current?.move(0, -kStep),
    "+": () => map.current?.zoom(kZoomStep),
    "=": () => map.current?.zoom(kZoomStep),
    "-": () => map.current?.zoom(1 / kZoomStep),
    "0": () => map.current?.showAll(),
  };
  const onKey = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    <div class="map-box">
      <canvas ref={canvas} class="map" tabIndex={0} role="application" aria-label={t("map.label")} aria-describedby="map-keys" onKeyDown={onKey} />
      <p id="map-keys" class="visually-hidden">
        {t("map.keys")}
      </p>
      <div class="map-buttons">
        <button type="button" class="button" aria-label={t("map.closer")} onClick={() => map.current?.zoom(kZoomStep)}>
          +
        </button>
        <button type="button" class="button" aria-label={t("map.further")} onClick={() => map.current?.zoom(1 / kZoomStep)}>
          −
        </button>
        <button type="button" class="button" onClick={() => map.current?.showAll()}>
          {t("map.all")}
        </button>
      </div>
    </div>
  );
}
