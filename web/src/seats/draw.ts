// Draws the map. From afar each section is one picture of a pixel a seat, kept and changed where a seat changed; from near the
// seats in sight are drawn one by one from small prepared pictures. So the cost depends on what is in sight, never on the hall.
import { SeatModel, Status, type Section } from "./model";
import type { Size, View } from "./view";

export interface Colours {
  prices: string[];
  gone: string;
  blocked: string;
  ink: string;
  soft: string;
  paper: string;
  line: string;
  font: string;
}

const kShapesFrom = 9; // pixels a seat: from here on shapes, before it the picture
const kTiers = 6;

export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    prices: Array.from({ length: kTiers }, (_, i) => value(`--price-${i + 1}`)),
    gone: value("--seat-gone"),
    blocked: value("--bad"),
    ink: value("--ink"),
    soft: value("--soft"),
    paper: value("--paper"),
    line: value("--line"),
    font: style.fontFamily,
  };
}

/** The outline of a price's shape around a middle, so that prices differ by more than colour. */
export function tracePrice(path: CanvasRenderingContext2D | Path2D, tier: number, x: number, y: number, r: number): void {
  const corners = (points: [number, number][]): void => {
    points.forEach(([dx, dy], i) => (i ? path.lineTo(x + dx * r, y + dy * r) : path.moveTo(x + dx * r, y + dy * r)));
    path.closePath();
  };
  switch (tier % kTiers) {
    case 0:
      path.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case 1:
      corners([[-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]]);
      break;
    case 2:
      corners([[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]]);
      break;
    case 3:
      corners([[0, -1], [1, 0.8], [-1, 0.8]]);
      break;
    case 4:
      corners([[-0.5, -0.95], [0.5, -0.95], [1, 0], [0.5, 0.95], [-0.5, 0.95], [-1, 0]]);
      break;
    default:
      corners([[-1, -0.8], [1, -0.8], [0, 1]]);
  }
}

const kChosen = -1;

export class SeatDrawing {
  private readonly pictures: HTMLCanvasElement[] = [];
  private stamps = new Map<string, HTMLCanvasElement>();
  private stampSize = 0;

  constructor(
    private readonly model: SeatModel,
    private colours: Colours,
    private readonly marksBlocked: boolean,
  ) {
    this.paintAll();
  }

  recolour(colours: Colours): void {
    this.colours = colours;
    this.stamps.clear();
    this.paintAll();
  }

  /** All sections anew, or those of the seats that changed. */
  changed(seats: number[] | undefined): void {
    if (!seats) return this.paintAll();
    for (const index of seats) this.paintSeat(index);
  }

  // --- from afar -----------------------------------------------------------------------------------------------------------

  private paintAll(): void {
    this.model.sections.forEach((section, i) => (this.pictures[i] = this.paint(section, this.pictures[i])));
  }

  private bytesOf(colour: string): [number, number, number] {
    const context = this.one();
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b];
  }

  private pixel: CanvasRenderingContext2D | undefined;
  private one(): CanvasRenderingContext2D {
    if (!this.pixel) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 1;
      this.pixel = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
    }
    return this.pixel;
  }

  private paint(section: Section, before: HTMLCanvasElement | undefined): HTMLCanvasElement {
    const canvas = before ?? document.createElement("canvas");
    canvas.width = section.columns;
    canvas.height = section.rows.length;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const image = context.createImageData(section.columns, section.rows.length);
    const words = new Uint32Array(image.data.buffer);
    const word = ([r, g, b]: [number, number, number]): number => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
    const free = word(this.bytesOf(this.colours.prices[section.tier % kTiers] ?? "#888"));
    const gone = word(this.bytesOf(this.colours.gone));
    const blocked = this.marksBlocked ? word(this.bytesOf(this.colours.blocked)) : gone;
    const of = (status: number | undefined): number => (status === Status.available ? free : status === Status.blocked ? blocked : gone);
    section.rows.forEach((row, y) => {
      const start = y * section.columns + ((section.columns - row.seats) >> 1);
      for (let k = 0; k < row.seats; ++k) words[start + k] = of(this.model.status[row.first + k]);
    });
    context.putImageData(image, 0, 0);
    return canvas;
  }

  private paintSeat(index: number): void {
    const i = this.model.sectionNumber(index);
    const { row, number, section } = this.model.seat(index);
    const context = this.pictures[i]?.getContext("2d");
    if (!context) return;
    const gone = this.marksBlocked && this.model.status[index] === Status.blocked ? this.colours.blocked : this.colours.gone;
    context.fillStyle = this.model.isFree(index) ? (this.colours.prices[section.tier % kTiers] ?? "#888") : gone;
    context.fillRect(((section.columns - row.seats) >> 1) + number - 1, section.rows.indexOf(row), 1, 1);
  }

  // --- from near -----------------------------------------------------------------------------------------------------------

  private stamp(tier: number, status: number, size: number, ratio: number): HTMLCanvasElement {
    if (this.stampSize !== size * ratio) {
      this.stamps.clear();
      this.stampSize = size * ratio;
    }
    const key = `${tier}/${status}`;
    let made = this.stamps.get(key);
    if (!made) {
      made = this.makeStamp(tier, status, Math.ceil(size * ratio));
      this.stamps.set(key, made);
    }
    return made;
  }

  private makeStamp(tier: number, status: number, size: number): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const middle = size / 2;
    context.beginPath();
    if (status === kChosen) {
      context.arc(middle, middle, size * 0.48, 0, 2 * Math.PI);
      context.fillStyle = this.colours.ink; // stands out from every price, in light and in dark
      context.fill();
      context.beginPath();
      context.moveTo(size * 0.28, size * 0.52);
      context.lineTo(size * 0.44, size * 0.68);
      context.lineTo(size * 0.73, size * 0.34);
      context.lineWidth = Math.max(1.5, size * 0.1);
      context.strokeStyle = this.colours.paper;
      context.stroke();
    } else if (status === Status.available) {
      tracePrice(context, tier, middle, middle, size * 0.38);
      context.fillStyle = this.colours.prices[tier % kTiers] ?? "#888";
      context.fill();
    } else if (status === Status.blocked && this.marksBlocked) {
      const [near, far] = [size * 0.3, size * 0.7];
      context.moveTo(near, near);
      context.lineTo(far, far);
      context.moveTo(far, near);
      context.lineTo(near, far);
      context.lineWidth = Math.max(1.5, size * 0.1);
      context.strokeStyle = this.colours.blocked;
      context.stroke();
    } else if (status === Status.held) {
      context.arc(middle, middle, size * 0.24, 0, 2 * Math.PI);
      context.lineWidth = Math.max(1, size * 0.08);
      context.strokeStyle = this.colours.gone;
      context.stroke();
    } else {
      context.arc(middle, middle, size * 0.16, 0, 2 * Math.PI);
      context.fillStyle = this.colours.gone;
      context.fill();
    }
    return canvas;
  }

  private drawSeats(context: CanvasRenderingContext2D, section: Section, view: View, window: Size, chosen: Set<number>, ratio: number): void {
    const { scale } = view;
    const from = Math.max(0, Math.floor(view.y - section.top));
    const to = Math.min(section.rows.length, Math.ceil(view.y + window.height / scale - section.top));
    for (let i = from; i < to; ++i) {
      const row = section.rows[i];
      if (!row) continue;
      const left = section.left + (section.columns - row.seats) / 2;
      const first = Math.max(0, Math.floor(view.x - left));
      const last = Math.min(row.seats, Math.ceil(view.x + window.width / scale - left));
      const y = (section.top + i - view.y) * scale;
      for (let k = first; k < last; ++k) {
        const index = row.first + k;
        const status = chosen.has(index) ? kChosen : (this.model.status[index] ?? Status.blocked);
        context.drawImage(this.stamp(section.tier, status, scale, ratio), (left + k - view.x) * scale, y, scale, scale);
        if (scale >= 26 && status !== Status.sold && status !== Status.blocked && status !== kChosen) this.drawNumber(context, k + 1, left + k, section.top + i, view, status);
      }
      if (scale >= 16) this.drawRowName(context, row.name, left, section.top + i, view);
    }
  }

  private drawNumber(context: CanvasRenderingContext2D, number: number, x: number, y: number, view: View, status: number): void {
    context.font = `600 ${Math.round(view.scale * 0.34)}px ${this.colours.font}`;
    context.fillStyle = status === Status.available ? this.colours.paper : this.colours.soft;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(number), (x + 0.5 - view.x) * view.scale, (y + 0.54 - view.y) * view.scale);
  }

  private drawRowName(context: CanvasRenderingContext2D, name: string, left: number, y: number, view: View): void {
    context.font = `${Math.round(Math.min(13, view.scale * 0.6))}px ${this.colours.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    const own = (left - view.x) * view.scale - 5;
    const x = Math.max(context.measureText(name).width + 6, own);
    const top = (y - view.y) * view.scale;
    if (x > own) {
      // The row's beginning is out of sight: its name stays at the edge, on ground of its own.
      context.fillStyle = this.colours.paper;
      context.fillRect(0, top, x + 4, view.scale);
    }
    context.fillStyle = this.colours.ink;
    context.fillText(name, x, top + view.scale / 2);
  }

  private drawName(context: CanvasRenderingContext2D, section: Section, left: number, view: View, words: (section: Section, left: number) => string): void {
    const size = Math.min(18, Math.max(11, view.scale * 2.4));
    const x = (section.left + section.columns / 2 - view.x) * view.scale;
    const y = (section.top - view.y) * view.scale - Math.min(6, view.scale);
    const room = (section.columns + 3) * view.scale;
    context.font = `600 ${size}px ${this.colours.font}`;
    context.fillStyle = this.colours.ink;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    const long = words(section, left);
    const text = context.measureText(long).width <= room ? long : section.name;
    if (context.measureText(text).width <= room + 8) context.fillText(text, x, y);
  }

  private drawStage(context: CanvasRenderingContext2D, view: View, words: string): void {
    const width = Math.min(this.model.width * 0.5, 60);
    const x = (this.model.width / 2 - width / 2 - view.x) * view.scale;
    const y = (1 - view.y) * view.scale;
    context.fillStyle = this.colours.line;
    context.beginPath();
    context.roundRect(x, y, width * view.scale, 4 * view.scale, 2 * view.scale);
    context.fill();
    context.font = `600 ${Math.min(16, Math.max(10, view.scale * 2))}px ${this.colours.font}`;
    context.fillStyle = this.colours.ink;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(words, x + (width * view.scale) / 2, y + 2 * view.scale);
  }

  /** Draws everything in sight. `ratio` is device pixels a CSS pixel. */
  draw(context: CanvasRenderingContext2D, view: View, window: Size, chosen: Set<number>, ratio: number, words: { stage: string; section: (section: Section, left: number) => string }): void {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, window.width, window.height);
    this.drawStage(context, view, words.stage);
    const showShapes = view.scale >= kShapesFrom;
    context.imageSmoothingEnabled = view.scale < 3;
    this.model.sections.forEach((section, i) => {
      const x = (section.left - view.x) * view.scale;
      const y = (section.top - view.y) * view.scale;
      const width = section.columns * view.scale;
      const height = section.rows.length * view.scale;
      if (x > window.width || y > window.height || x + width < 0 || y + height < 0) return;
      const picture = this.pictures[i];
      if (showShapes) this.drawSeats(context, section, view, window, chosen, ratio);
      else if (picture) context.drawImage(picture, x, y, width, height);
      this.drawName(context, section, this.model.left[i] ?? 0, view, words.section);
    });
    if (!showShapes) this.drawChosenFromAfar(context, view, chosen);
  }

  private drawChosenFromAfar(context: CanvasRenderingContext2D, view: View, chosen: Set<number>): void {
    context.fillStyle = this.colours.ink;
    context.strokeStyle = this.colours.paper;
    context.lineWidth = 2;
    for (const index of chosen) {
      const { section, row, number } = this.model.seat(index);
      const x = section.left + (section.columns - row.seats) / 2 + number - 0.5;
      const y = section.top + section.rows.indexOf(row) + 0.5;
      context.beginPath();
      context.arc((x - view.x) * view.scale, (y - view.y) * view.scale, 6, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }
}
