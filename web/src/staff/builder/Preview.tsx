// The buyers' own page of a concert, with what the draft has so far. It is loaded when it is first looked at.
import type { FunctionComponent } from "preact";
import { useState } from "preact/hooks";
import type { ConcertDetails } from "../../../generated/api";
import { useDoing } from "../../shared/doing";
import { problemText } from "../../shared/problem.words";
import { momentOf } from "../zone";
import { numbers, sectionsOf, type Draft } from "./draft";
import { t } from "./builder.words";

type Page = FunctionComponent<{ concert: ConcertDetails; again: () => void }>;

const kSoonMs = 24 * 3600 * 1000;

/** The concert that the draft would be, before its sale opens. What has no time yet is a day away. */
function concertOf({ fields, shows, sections }: Draft, currency: string): ConcertDetails {
  const soon = new Date(Date.now() + kSoonMs).toISOString();
  const at = (local: string): string => momentOf(local, fields.time_zone) || soon;
  const rules = Object.fromEntries(numbers.map((one) => [one, Number(fields[one]) || 0]));
  const opens_at = at(fields.opens_at);
  const sale = { ...rules, opens_at, lobby_opens_at: momentOf(fields.lobby_opens_at, fields.time_zone) || opens_at, closes_at: null, draw: fields.draw === "yes" };
  const dates = shows.map((show, i) => ({
    show_id: String(i), starts_at: at(show.starts), doors_at: momentOf(show.doors, fields.time_zone) || null, cancelled: false, sections: sectionsOf(show.own ?? sections),
  }));
  return {
    concert_id: "", title: fields.title || t("preview.title"), artist: fields.artist, venue: fields.venue, time_zone: fields.time_zone, description: fields.description,
    phase: "scheduled", opens_at, message: null, currency, sale, shows: dates, server_time: new Date().toISOString(),
  } as unknown as ConcertDetails;
}

export function Preview({ draft, currency }: { draft: Draft; currency: string }) {
  const [Page, setPage] = useState<Page | undefined>(undefined);
  const [isShown, setShown] = useState(false);
  const doing = useDoing();
  const turn = (): void => {
    setShown(!isShown);
    if (!Page) doing.act(async () => {
      const { ConcertView } = await import("../../buyer/ConcertPage");
      setPage(() => ConcertView);
    });
  };
  return (
    <section class="card stack" aria-labelledby="preview">
      <h2 id="preview">{t("build.preview")}</h2>
      <p class="small soft">{t("preview.about")}</p>
      <p>
        <button type="button" class="button" aria-expanded={isShown} onClick={turn}>
          {isShown ? t("preview.hide") : t("preview.show")}
        </button>
      </p>
      <div role="alert">{doing.error !== undefined && <p class="note bad">{problemText(doing.error)}</p>}</div>
      {isShown && Page && (
        <div class="preview">
          <Page concert={concertOf(draft, currency)} again={() => {}} />
        </div>
      )}
    </section>
  );
}
