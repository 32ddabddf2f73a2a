// The charts of the last ten minutes and of the day.
import { useEffect, useState } from "preact/hooks";
import type { Stats } from "../../../generated/api";
import { dateTime, money, number } from "../../shared/format";
import { ask } from "../session";
import { download } from "../parts/csv";
import { Chart } from "./Chart";
import { emptySeries, figures, seriesOf, withPoint, type Series } from "./series";
import { t } from "./wall.words";

type Span = "ten" | "day";
const kSpans: Record<Span, { ms: number; step: 1 | 60; words: () => string }> = {
  ten: { ms: 600_000, step: 1, words: () => t("chart.ten_minutes") },
  day: { ms: 86_400_000, step: 60, words: () => t("chart.day") },
};

function useSeries(id: string, span: Span, stats: Stats | undefined): Series {
  const { ms, step } = kSpans[span];
  const [series, setSeries] = useState(() => emptySeries(ms, step * 1000));
  useEffect(() => {
    let wanted = true;
    setSeries(emptySeries(ms, step * 1000));
    ask("GET /v1/staff/concerts/{concert_id}/history", { path: { concert_id: id }, query: { step } }).then(
      (history) => wanted && setSeries(seriesOf(history, ms)),
      () => undefined, // the points of the stream follow
    );
    return () => {
      wanted = false;
    };
  }, [id, span]);
  useEffect(() => {
    if (stats) setSeries((before) => withPoint(before, stats));
  }, [stats]);
  return series;
}

function save(series: Series): void {
  download("course", [["at", ...figures], ...series.at.map((at, i) => [new Date(at).toISOString(), ...figures.map((one) => series.of[one][i])])]);
}

function Charts({ series, stats }: { series: Series; stats: Stats | undefined }) {
  const now = stats ? Date.parse(stats.server_time) : (series.at.at(-1) ?? Date.now());
  const { of } = series;
  const common = { series, now };
  return (
    <div class="charts">
      <Chart {...common} title={t("chart.people")} words={number} lines={[{ name: t("figure.waiting"), values: of.waiting }, { name: t("figure.admitted"), values: of.admitted }, { name: t("figure.called"), values: of.called }]} />
      <Chart {...common} title={t("chart.rates")} words={number} lines={[{ name: t("figure.joined"), values: of.joined_per_minute }, { name: t("figure.entered"), values: of.admitted_per_minute }, { name: t("figure.paid"), values: of.paid_per_minute }]} />
      <Chart {...common} title={t("chart.seats")} words={number} lines={[{ name: t("figure.sold"), values: of.sold }, { name: t("figure.holds"), values: of.holds }]} />
      <Chart {...common} title={t("chart.revenue")} words={(value) => money(value, stats?.currency ?? "KRW")} lines={[{ name: t("figure.revenue"), values: of.revenue }]} />
      <Chart {...common} title={t("chart.missed")} words={number} lines={[{ name: t("figure.missed"), values: of.missed }]} />
      <Chart {...common} title={t("chart.answers")} words={(value) => t("figure.ms", { ms: (value / 1000).toFixed(1) })} lines={[{ name: t("figure.p99"), values: of.p99_us }]} />
    </div>
  );
}

export function Course({ id, zone, stats }: { id: string; zone: string; stats: Stats | undefined }) {
  const [span, setSpan] = useState<Span>("ten");
  const series = useSeries(id, span, stats);
  const first = series.at[0];
  return (
    <section class="stack" aria-labelledby="course">
      <div class="row apart">
        <h2 id="course">{t("chart.title")}</h2>
        <fieldset class="pick">
          <legend class="visually-hidden">{t("chart.span")}</legend>
          {(Object.keys(kSpans) as Span[]).map((one) => (
            <label key={one}>
              <input type="radio" name="span" value={one} checked={span === one} onChange={() => setSpan(one)} />
              {kSpans[one].words()}
            </label>
          ))}
        </fieldset>
      </div>
      <Charts series={series} stats={stats} />
      <div class="row apart">
        <p class="small soft">{first !== undefined && t("chart.since", { when: dateTime(new Date(first).toISOString(), zone) })}</p>
        <button type="button" class="button" disabled={first === undefined} onClick={() => save(series)}>
          {t("chart.csv")}
        </button>
      </div>
    </section>
  );
}
