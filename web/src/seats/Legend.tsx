// What colours and shapes mean, with the prices.
import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../shared/theme";
import { money } from "../shared/format";
import { readColours, tracePrice } from "./draw";
import type { SeatModel } from "./model";
import { t } from "./seats.words";

const kSize = 20;

/** Changes when the system's colours do; what the person chose is `theme`. */
function useSystemDark(): boolean {
  const [media] = useState(() => matchMedia("(prefers-color-scheme: dark)"));
  const [isDark, setDark] = useState(media.matches);
  useEffect(() => {
    const take = (): void => setDark(media.matches);
    media.addEventListener("change", take);
    return () => media.removeEventListener("change", take);
  }, []);
  return isDark;
}

function Shape({ tier }: { tier: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useSystemDark();
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.clearRect(0, 0, kSize, kSize);
    context.fillStyle = readColours(document.body).prices[tier % 6] ?? "#888";
    context.beginPath();
    tracePrice(context, tier, kSize / 2, kSize / 2, kSize * 0.38);
    context.fill();
  }, [tier, theme.value, isDark]);
  return <canvas ref={canvas} class="shape" width={kSize * 2} height={kSize * 2} aria-hidden="true" />;
}

export function Legend({ model, marksBlocked }: { model: SeatModel; marksBlocked: boolean }) {
  return (
    <ul class="plain legend" aria-label={t("legend.label")}>
      {model.prices.map((price, tier) => (
        <li key={price}>
          <Shape tier={tier} />
          <span class="number">{money(price, model.currency)}</span>
        </li>
      ))}
      <li>
        <span class="shape gone-ring" aria-hidden="true" />
        {t("status.held")}
      </li>
      <li>
        <span class="shape gone-dot" aria-hidden="true" />
        {marksBlocked ? t("status.sold") : t("legend.gone")}
      </li>
      {marksBlocked && (
        <li>
          <span class="shape blocked-cross" aria-hidden="true">
            ✕
          </span>
          {t("status.blocked")}
        </li>
      )}
    </ul>
  );
}
