// The list of concerts: what, where, when the sale opens, from which price.
import type { Concert } from "../../generated/api";
import { call } from "../shared/api";
import { dateRange, dateTimeAt, money } from "../shared/format";
import { installation } from "../shared/installation";
import { language } from "../shared/language";
import { Failure, Skeleton, useLoaded } from "../shared/Load";
import { useTitle } from "../shared/title";
import { PhaseTag } from "./phase";
import { t } from "./words";

function prices({ price_range: { min, max }, currency }: Concert): string {
  return min === max ? money(min, currency) : `${money(min, currency)} – ${money(max, currency)}`;
}

/** One evening with its time, several as a range of days. */
function Evenings({ concert: { first_show_at: first, last_show_at: last, time_zone: zone } }: { concert: Concert }) {
  if (!first || !last) return null;
  return <p>{first === last ? dateTimeAt(first, zone) : dateRange(first, last, zone)}</p>;
}

/** What can be bought or soon can stands first; what is over, last. */
function inOrder(concerts: Concert[]): Concert[] {
  const isOver = ({ phase }: Concert): number => Number(phase === "sold_out") + 2 * Number(phase === "closed");
  return [...concerts].sort((one, other) => isOver(one) - isOver(other));
}

function ConcertCard({ concert }: { concert: Concert }) {
  const opens = dateTimeAt(concert.opens_at, concert.time_zone);
  const isAhead = concert.phase === "scheduled" || concert.phase === "lobby";
  return (
    <li>
      <article class="card concert-card">
        <div>
          <h2>
            <a class="cover-link" href={`/concerts/${concert.concert_id}`}>
              {concert.title}
            </a>
          </h2>
          <p>{concert.artist}</p>
          <Evenings concert={concert} />
          <p class="soft">{concert.venue}</p>
        </div>
        <div class="concert-facts">
          <PhaseTag phase={concert.phase} />
          {isAhead && <p class="small">{t("concerts.opens", { when: opens })}</p>}
          <p class="number">{prices(concert)}</p>
        </div>
      </article>
    </li>
  );
}

export function ConcertsPage() {
  const { value, error, again } = useLoaded(() => call("GET /v1/concerts", { query: { limit: 100 } }), "concerts");
  useTitle(t("nav.concerts"));
  const welcome = installation.value?.welcome[language];
  return (
    <div class="stack">
      <h1>{t("nav.concerts")}</h1>
      {welcome && <p>{welcome}</p>}
      {error !== undefined && <Failure error={error} again={again} />}
      {!value && error === undefined && <Skeleton lines={3} />}
      {value?.items.length === 0 && <p>{t("concerts.none")}</p>}
      <ul class="plain stack">
        {value && inOrder(value.items).map((concert) => (
          <ConcertCard key={concert.concert_id} concert={concert} />
        ))}
      </ul>
    </div>
  );
}
