// A chart of lines over time, drawn as SVG. Each line has a colour and a pattern of its own; what the chart says is told in
// words too, and the figures themselves are in the page's file.
import { time } from "../../shared/format";
import type { Series } from "./series";
import { t } from "./wall.words";

export interface Line {
  name: string;
  values: number[];
}
interface ChartProps {
  title: string;
  series: Series;
  lines: Line[];
  /** A value as people read it. */
  words: (value: number) => string;
  now: number;
}

const kWidth = 600;
const kHeight = 150;
const kGapSteps = 4; // a pause longer than so many steps is a gap in the line

/** The least of 1, 2, 5 × 10ⁿ that is not below the value. */
export function roundedUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}

function pathOf({ at, stepMs, spanMs }: Series, values: number[], top: number, now: number): string {
  let path = "";
  let last = -Infinity;
  for (let i = 0; i < at.length; ++i) {
    const moment = at[i] ?? 0;
    const x = kWidth * (1 - (now - moment) / spanMs);
    if (x < 0) continue;
    const y = kHeight * (1 - (values[i] ?? 0) / top);
    path += `${moment - last > kGapSteps * stepMs ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    last = moment;
  }
  return path;
}

function Legend({ lines, words }: { lines: Line[]; words: (value: number) => string }) {
  return (
    <ul class="plain chart-legend">
      {lines.map((line, i) => (
        <li key={line.name}>
          <svg class={`line-${i + 1}`} viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
            <path d="M0 4H24" />
          </svg>
          <span class="soft">{line.name}</span>
          <b class="number">{words(line.values.at(-1) ?? 0)}</b>
        </li>
      ))}
    </ul>
  );
}

export function Chart({ title, series, lines, words, now }: ChartProps) {
  const highest = Math.max(0, ...lines.map((line) => line.values.reduce((most, value) => Math.max(most, value), 0)));
  const top = roundedUp(highest);
  const moment = (share: number): string => time(new Date(now - series.spanMs * (1 - share)).toISOString());
  const aloud = lines.map((line) => t("chart.aloud", { name: line.name, now: words(line.values.at(-1) ?? 0), most: words(line.values.reduce((most, value) => Math.max(most, value), 0)) }));
  return (
    <figure class="card chart">
      <figcaption>
        <h3>{title}</h3>
        <Legend lines={lines} words={words} />
      </figcaption>
      <div class="chart-area">
        <svg viewBox={`0 0 ${kWidth} ${kHeight}`} preserveAspectRatio="none" role="img" aria-label={`${title}: ${aloud.join(" ")}`}>
          {[0, 0.5, 1].map((share) => (
            <path key={share} class="grid-line" d={`M0 ${kHeight * share}H${kWidth}`} />
          ))}
          {lines.map((line, i) => (
            <path key={line.name} class={`line line-${i + 1}`} d={pathOf(series, line.values, top, now)} />
          ))}
        </svg>
        <span class="chart-top small soft number" aria-hidden="true">
          {words(top)}
        </span>
        {series.at.length < 2 && <span class="chart-empty small soft">{t("chart.empty")}</span>}
      </div>
      <div class="chart-times small soft number" aria-hidden="true">
        <span>{moment(0)}</span>
        <span>{moment(0.5)}</span>
        <span>{moment(1)}</span>
      </div>
    </figure>
  );
}
