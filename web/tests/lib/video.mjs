// A film for Chromium's fake camera: somebody holds a ticket's QR code still.
import { writeFileSync } from "node:fs";

const kWidth = 640;
const kHeight = 480;
const kFrames = 10;

/** The dark modules of a ticket's picture (…/qr.svg), and how many modules a side has. */
function modulesOf(svg) {
  const dark = [...svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map((found) => [Number(found[1]), Number(found[2])]);
  return { dark, side: Number(/viewBox="0 0 (\d+) /.exec(svg)[1]) };
}

/** One picture: the brightness of each point, then no colour (I420). */
function picture(svg) {
  const { dark, side } = modulesOf(svg);
  const scale = Math.floor(kHeight / side);
  const [left, top] = [kWidth, kHeight].map((all) => Math.floor((all - side * scale) / 2));
  const bytes = Buffer.alloc(kWidth * kHeight * 1.5, 128).fill(235, 0, kWidth * kHeight);
  for (const [x, y] of dark)
    for (let line = 0; line < scale; ++line) {
      const start = (top + y * scale + line) * kWidth + left + x * scale;
      bytes.fill(16, start, start + scale);
    }
  return bytes;
}

/** Writes the film (YUV4MPEG2), which a camera shows without end. */
export function writeFilm(path, svg) {
  const frame = [Buffer.from("FRAME\n"), picture(svg)];
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${kWidth} H${kHeight} F10:1 Ip A1:1 C420jpeg\n`), ...Array(kFrames).fill(frame).flat()]));
}
