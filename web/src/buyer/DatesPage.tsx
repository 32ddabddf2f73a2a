// The dates of a concert with the seats that are left; for those inside.
import type { ConcertDetails, Show } from "../../generated/api";
import { call } from "../shared/api";
import { money, number } from "../shared/format";
import { Skeleton, useLoaded } from "../shared/Load";
import { useTitle } from "../shared/title";
import { concertOf } from "./concerts";
import { Refusal } from "./EntryNeeded";
import { EntryTime } from "./EntryTime";
import { When } from "./When";
import { t } from "./words";

function DateCard({ show, concert }: { show: Show; concert: ConcertDetails }) {
  const { min, max } = show.price_range;
  return (
    <li class="card concert-card">
      <div>
        <h2>
          <a class="cover-link" href={`/concerts/${concert.concert_id}/shows/${show.show_id}`}>
            <When moment={show.starts_at} zone={concert.time_zone} />
          </a>
        </h2>
        <p class="number soft">{min === max ? money(min, show.currency) : `${money(min, show.currency)} – ${money(max, show.currency)}`}</p>
      </div>
      <div class="concert-facts">
        <p class={`number large ${show.available ? "" : "soft"}`}>{show.available ? t("date.left", { count: show.available }) : t("date.all_held")}</p>
        <p class="soft small number">{t("date.of", { total: number(show.total) })}</p>
      </div>
    </li>
  );
}

function Dates({ concert, shows }: { concert: ConcertDetails; shows: Show[] }) {
  return (
    <>
      <EntryTime concert={concert.concert_id} />
      {shows.length === 0 && <p class="note">{t("dates.none")}</p>}
      <ul class="plain stack">
        {shows.map((show) => (
          <DateCard key={show.show_id} show={show} concert={concert} />
        ))}
      </ul>
    </>
  );
}

async function load(id: string): Promise<[ConcertDetails, Show[]]> {
  const [concert, shows] = await Promise.all([concertOf(id), call("GET /v1/concerts/{concert_id}/shows", { path: { concert_id: id }, query: { limit: 100 } })]);
  return [concert, shows.items];
}

export function DatesPage({ id }: { id: string }) {
  const { value, error, again } = useLoaded(() => load(id), id);
  useTitle(t("dates.title"));
  return (
    <div class="stack">
      <p>
        <a href={`/concerts/${id}`}>{value?.[0].title ?? t("page.to_concert")}</a>
      </p>
      <h1>{t("dates.title")}</h1>
      {error !== undefined && <Refusal error={error} concert={id} again={again} />}
      {!value && error === undefined && <Skeleton lines={3} />}
      {value && <Dates concert={value[0]} shows={value[1]} />}
    </div>
  );
}
