// The plan of the seats as it will be: each section a block of its rows, in the colour of its price.
import { money } from "../../shared/format";
import type { SectionDraft } from "./draft";
import { t } from "./builder.words";

const kSeat = 10;
const kGap = 14;
const kWidth = 640;

interface Block {
  section: SectionDraft;
  x: number;
  y: number;
  width: number;
  height: number;
  tier: number;
}

function pricesOf(sections: SectionDraft[]): number[] {
  return [...new Set(sections.map((one) => Number(one.price) || 0))].sort((a, b) => b - a);
}

/** Blocks side by side, a new line where they no longer fit; the whole is scaled to the window. */
function layOut(sections: SectionDraft[]): { blocks: Block[]; width: number; height: number } {
  const sizes = sections.map((one) => ({ width: Math.max(1, Number(one.seats) || 1) * kSeat, height: Math.max(1, Number(one.rows) || 1) * kSeat }));
  const area = sizes.reduce((sum, one) => sum + (one.width + kGap) * (one.height + kGap), 0);
  const line = Math.max(kWidth, Math.sqrt(area * 1.8), ...sizes.map((one) => one.width));
  const prices = pricesOf(sections);
  const blocks: Block[] = [];
  let x = 0;
  let y = 0;
  let tallest = 0;
  sections.forEach((section, i) => {
    const { width, height } = sizes[i] ?? { width: kSeat, height: kSeat };
    if (x > 0 && x + width > line) {
      x = 0;
      y += tallest + kGap + kSeat;
      tallest = 0;
    }
    blocks.push({ section, x, y, width, height, tier: prices.indexOf(Number(section.price) || 0) % 6 });
    x += width + kGap;
    tallest = Math.max(tallest, height);
  });
  return { blocks, width: Math.max(...blocks.map((one) => one.x + one.width), 1), height: y + tallest };
}

export function SeatPlan({ sections, currency, summary }: { sections: SectionDraft[]; currency: string; summary: string }) {
  if (sections.length === 0) return null;
  const { blocks, width, height } = layOut(sections);
  const stage = width * 0.08;
  const letter = Math.max(16, width / 16);
  return (
    <figure class="stack">
      <svg class="plan" viewBox={`0 0 ${width} ${height + stage}`} role="img" aria-label={t("seats.plan", { summary })}>
        <defs>
          <pattern id="seat" width={kSeat} height={kSeat} patternUnits="userSpaceOnUse">
            <circle cx={kSeat / 2} cy={kSeat / 2} r={kSeat * 0.36} fill="#fff" />
          </pattern>
          {blocks.map((block, i) => (
            <mask key={i} id={`rows-${i}`}>
              <rect x={block.x} y="0" width={block.width} height={block.height} fill="url(#seat)" transform={`translate(0 ${block.y + stage})`} />
            </mask>
          ))}
        </defs>
        <rect class="plan-stage" x={width * 0.25} y="0" width={width * 0.5} height={stage * 0.55} rx={stage * 0.1} />
        <text class="plan-stage-name" x={width / 2} y={stage * 0.38} font-size={stage * 0.3} text-anchor="middle">
          {t("seats.stage")}
        </text>
        {blocks.map((block, i) => (
          <g key={i} class={`tier-${block.tier + 1}`}>
            <rect x={block.x} y={block.y + stage} width={block.width} height={block.height} mask={`url(#rows-${i})`} />
            <text x={block.x + block.width / 2} y={block.y + stage + block.height / 2} font-size={Math.min(letter, block.height * 0.7, block.width * 0.7)} text-anchor="middle" dominant-baseline="central">
              {block.section.name}
            </text>
          </g>
        ))}
      </svg>
      <figcaption>
        <ul class="plain row plan-legend">
          {pricesOf(sections).map((price, i) => (
            <li key={price} class="row number">
              <svg class={`tier-${(i % 6) + 1}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
                <rect width="12" height="12" rx="3" />
              </svg>
              {money(price, currency)}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
