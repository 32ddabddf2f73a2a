// A concert before one joins: when it opens, on the server's clock; its dates, prices and rules.
import { useEffect, useId } from "preact/hooks";
import type { ConcertDate, ConcertDetails } from "../../generated/api";
import { clockText, money } from "../shared/format";
import { Failure, Skeleton, useLoaded } from "../shared/Load";
import { useTitle } from "../shared/title";
import { freshConcert } from "./concerts";
import { PhaseTag } from "./phase";
import { JoinForm } from "./queue-form";
import { useUntil } from "./ticking";
import { Doors, When } from "./When";
import { t } from "./words";

const kDayMs = 86_400_000;

function UntilText({ ms }: { ms: number }) {
  if (ms >= 2 * kDayMs) return <>{t("until.days", { count: Math.floor(ms / kDayMs) })}</>;
  return <>{clockText(ms)}</>;
}

/** Counts down to the next opening; at zero the page asks how the sale stands. */
function Opening({ concert, again }: { concert: ConcertDetails; again: () => void }) {
  const isLobbyAhead = concert.phase === "scheduled" && concert.sale.lobby_opens_at !== concert.sale.opens_at;
  const moment = isLobbyAhead ? concert.sale.lobby_opens_at : concert.sale.opens_at;
  const ms = useUntil(moment);
  const isOver = ms === 0;
  useEffect(() => {
    if (!isOver) return;
    const timer = setInterval(again, 1500);
    return () => clearInterval(timer);
  }, [isOver]);
  return (
    <div class="card stack opening">
      <p>{isLobbyAhead ? t("opening.lobby_in") : t("opening.sale_in")}</p>
      <p class="number big" role="timer">
        <UntilText ms={ms} />
      </p>
      <p class="soft small">{t("opening.server_clock")}</p>
    </div>
  );
}

/** Whoever is not signed in is asked to by the server, and comes back. */
function Enter({ concert }: { concert: ConcertDetails }) {
  const canJoin = concert.phase === "lobby" || concert.phase === "open" || concert.phase === "paused";
  if (!canJoin) return null;
  const words = concert.phase === "lobby" ? t("enter.lobby") : t("enter.queue");
  return <JoinForm concert={concert.concert_id} words={words} />;
}

function DateRow({ show, concert }: { show: ConcertDate; concert: ConcertDetails }) {
  return (
    <li class="row apart">
      <When moment={show.starts_at} zone={concert.time_zone} />
      {show.cancelled ? <span class="tag bad">{t("date.cancelled")}</span> : <Doors moment={show.doors_at} zone={concert.time_zone} />}
    </li>
  );
}

/** Each price once, dearest first, with the sections that cost it. */
function pricesOf(concert: ConcertDetails): [number, string[]][] {
  const sections = new Map<number, Set<string>>();
  for (const show of concert.shows)
    for (const section of show.sections) sections.set(section.price, (sections.get(section.price) ?? new Set()).add(section.name));
  return [...sections].map(([price, names]): [number, string[]] => [price, [...names]]).sort((a, b) => b[0] - a[0]);
}

function Prices({ concert }: { concert: ConcertDetails }) {
  return (
    <table class="plain-table">
      <caption class="visually-hidden">{t("concert.prices")}</caption>
      <thead class="visually-hidden">
        <tr>
          <th scope="col">{t("concert.section")}</th>
          <th scope="col">{t("concert.price")}</th>
        </tr>
      </thead>
      <tbody>
        {pricesOf(concert).map(([price, names]) => (
          <tr key={price}>
            <th scope="row">{names.join(", ")}</th>
            <td class="number">{money(price, concert.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Rules({ concert }: { concert: ConcertDetails }) {
  const { sale } = concert;
  return (
    <ul class="rules stack">
      <li>{sale.draw ? t("rule.draw") : t("rule.order")}</li>
      <li>{t("rule.one_place")}</li>
      <li>{t("rule.claim", { count: Math.round(sale.claim_seconds / 6) / 10 })}</li>
      <li>{t("rule.entry", { count: Math.round(sale.entry_seconds / 6) / 10 })}</li>
      <li>{t("rule.hold", { count: Math.round(sale.hold_seconds / 6) / 10 })}</li>
      <li>{t("rule.most", { count: sale.max_seats_per_user })}</li>
      {sale.draw && (
        <li>
          <a href={`/v1/concerts/${concert.concert_id}/draw`}>{t("rule.check_draw")}</a>
        </li>
      )}
    </ul>
  );
}

/** Also what staff see of a draft; `again` asks how the sale stands. */
export function ConcertView({ concert, again }: { concert: ConcertDetails; again: () => void }) {
  const id = useId();
  const isAhead = concert.phase === "scheduled" || concert.phase === "lobby";
  return (
    <div class="concert-page">
      <header class="stack">
        <div class="stack tight">
          <p>
            <PhaseTag phase={concert.phase} />
          </p>
          <h1>{concert.title}</h1>
          <p class="large">{concert.artist}</p>
          <p class="soft">{concert.venue}</p>
        </div>
        {concert.message && <p class="note">{concert.message}</p>}
        {concert.description && <p class="prose">{concert.description}</p>}
      </header>
      <aside class="stack">
        {isAhead && <Opening concert={concert} again={again} />}
        {isAhead && (
          <p>
            {t("concert.opens")} <When moment={concert.opens_at} zone={concert.time_zone} />
          </p>
        )}
        <Enter concert={concert} />
        {concert.phase === "paused" && <p class="note warn">{t("concert.paused")}</p>}
        {concert.phase === "sold_out" && <p class="note">{t("concert.sold_out")}</p>}
        {concert.phase === "closed" && <p class="note">{t("concert.closed")}</p>}
      </aside>
      <section class="stack" aria-labelledby={`${id}-dates`}>
        <h2 id={`${id}-dates`}>{t("concert.dates")}</h2>
        <ul class="plain lines">
          {concert.shows.map((show) => (
            <DateRow key={show.show_id} show={show} concert={concert} />
          ))}
        </ul>
      </section>
      <section class="stack" aria-labelledby={`${id}-prices`}>
        <h2 id={`${id}-prices`}>{t("concert.prices")}</h2>
        <Prices concert={concert} />
      </section>
      <section class="stack" aria-labelledby={`${id}-rules`}>
        <h2 id={`${id}-rules`}>{t("concert.rules")}</h2>
        <Rules concert={concert} />
      </section>
    </div>
  );
}

export function ConcertPage({ id }: { id: string }) {
  const { value, error, again } = useLoaded(() => freshConcert(id), id);
  useTitle(value?.title);
  if (value) return <ConcertView concert={value} again={again} />;
  return (
    <div class="stack">
      <h1>{t("page.concert")}</h1>
      {error === undefined ? <Skeleton lines={4} /> : <Failure error={error} again={again} />}
    </div>
  );
}
