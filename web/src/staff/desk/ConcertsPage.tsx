// All concerts, drafts too: the way to each one's wall.
import type { StaffConcert } from "../../../generated/api";
import { dateTime, number } from "../../shared/format";
import { useTitle } from "../../shared/title";
import { PhaseTag } from "../parts/roles";
import { Table, type Column } from "../parts/Table";
import { ask, may } from "../session";
import { t } from "./desk.words";
import { t as words } from "../words";

function seatsOf(concert: StaffConcert): number {
  return concert.shows.reduce((sum, show) => sum + show.total, 0);
}

function columns(): Column<StaffConcert>[] {
  return [
    {
      title: t("concerts.concert"),
      show: (one) => (
        <>
          <a class="strong" href={`/staff/concerts/${one.concert_id}`}>
            {one.title}
          </a>
          <span class="small soft block">
            {one.artist} · {one.venue}
          </span>
        </>
      ),
      text: (one) => one.title,
    },
    { title: t("concerts.phase"), show: (one) => <PhaseTag phase={one.phase} published={one.published} />, text: (one) => one.phase },
    { title: t("concerts.published"), isFileOnly: true, show: () => null, text: (one) => (one.published ? t("concerts.yes") : t("concerts.no")) },
    { title: t("concerts.opens"), show: (one) => dateTime(one.sale.opens_at, one.time_zone), text: (one) => one.sale.opens_at },
    { title: t("concerts.dates"), isNumber: true, show: (one) => one.shows.length, text: (one) => one.shows.length },
    { title: t("concerts.seats"), isNumber: true, show: (one) => number(seatsOf(one)), text: seatsOf },
    { title: t("concerts.id"), isFileOnly: true, show: () => null, text: (one) => one.concert_id },
  ];
}

export function ConcertsPage() {
  useTitle(words("nav.concerts"));
  return (
    <div class="stack">
      <div class="row apart">
        <h1>{words("nav.concerts")}</h1>
        {may("manager") && (
          <a class="button primary" href="/staff/concerts/new">
            {t("concerts.new")}
          </a>
        )}
      </div>
      <Table name="concerts" caption={words("nav.concerts")} columns={columns()} load={(page) => ask("GET /v1/staff/concerts", { query: { ...page } })} none={t("concerts.none")} rowKey={(one) => one.concert_id} />
    </div>
  );
}
