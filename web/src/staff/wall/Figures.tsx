// The large numbers.
import type { ComponentChildren } from "preact";
import type { StaffConcert, Stats } from "../../../generated/api";
import { money, number } from "../../shared/format";
import { duration, t } from "./wall.words";

function Figure({ name, value, about, tone = "", isLarge }: { name: string; value: ComponentChildren; about?: ComponentChildren; tone?: "" | "good" | "bad" | "wide"; isLarge?: boolean }) {
  return (
    <div class={`figure ${isLarge ? "large" : ""} ${tone}`}>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
      {about && <dd class="small soft">{about}</dd>}
    </div>
  );
}

function waitWords(stats: Stats, concert: StaffConcert): string | undefined {
  if (!stats.waiting || concert.paused) return undefined;
  return t("figure.eta", { time: duration(stats.waiting / concert.sale.entries_per_minute) });
}

export function Figures({ stats, concert }: { stats: Stats; concert: StaffConcert }) {
  const total = stats.shows.reduce((sum, show) => sum + show.total, 0);
  const percent = total ? Math.floor((100 * stats.sold) / total) : 0;
  const { node } = stats;
  return (
    <div class="stack">
      <dl class="figures">
        <Figure isLarge tone="wide" name={t("figure.waiting")} value={number(stats.waiting)} about={waitWords(stats, concert)} />
        <Figure isLarge name={t("figure.admitted")} value={number(stats.admitted)} about={t("figure.inside_about", { capacity: concert.sale.capacity })} />
        <Figure isLarge name={t("figure.sold")} value={number(stats.sold)} about={t("figure.sold_of", { total, percent })} />
        <Figure isLarge tone="wide" name={t("figure.revenue")} value={money(stats.revenue, stats.currency)} about={t("figure.orders", { count: stats.orders_paid })} />
      </dl>
      <dl class="figures small-ones">
        <Figure name={t("figure.called")} value={number(stats.called)} />
        <Figure name={t("figure.missed")} value={number(stats.missed)} />
        <Figure name={t("figure.holds")} value={number(stats.holds)} />
        <Figure name={t("figure.entered")} value={t("figure.per_minute", { count: stats.per_minute.admitted })} />
        <Figure name={t("figure.p99")} value={t("figure.ms", { ms: node.p99_ms.toFixed(1) })} />
        <Figure name={t("figure.node")} tone={node.store_works ? "good" : "bad"} value={node.store_works ? t("figure.node_good") : t("figure.node_bad")} about={t("figure.node_about", { rate: Math.round(node.answers_per_second), queue: node.queue_length })} />
      </dl>
    </div>
  );
}
