// The live wall of a sale: what is going on, how it went, and the levers.
import { useEffect, useState } from "preact/hooks";
import type { StaffConcert, Stats } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { dateTime } from "../../shared/format";
import { Failure, Skeleton } from "../../shared/Load";
import { useTitle } from "../../shared/title";
import { Dialog } from "../parts/Dialog";
import { PhaseTag } from "../parts/roles";
import { ask, may } from "../session";
import { ActionLog } from "./ActionLog";
import { Course } from "./Course";
import { Figures } from "./Figures";
import { Steering } from "./Steering";
import { listen } from "./stream";
import { t } from "./wall.words";

const kLookMs = 10_000; // what others did to the concert is seen so soon

function useStats(id: string): { stats: Stats | undefined; isLive: boolean } {
  const [stats, setStats] = useState<Stats | undefined>(undefined);
  const [isLive, setLive] = useState(true);
  useEffect(
    () => listen(`/v1/staff/concerts/${encodeURIComponent(id)}/events`, { onData: (data) => setStats(data as Stats), onState: setLive }),
    [id],
  );
  return { stats, isLive };
}

/** The concert, asked for again when somebody steered; what is shown stays meanwhile. */
function useConcert(id: string, round: number, phase: string | undefined) {
  const [state, setState] = useState<{ concert?: StaffConcert; error?: unknown }>({});
  useEffect(() => {
    let wanted = true;
    ask("GET /v1/staff/concerts/{concert_id}", { path: { concert_id: id } }).then(
      (concert) => wanted && setState({ concert }),
      (error: unknown) => wanted && setState((before) => (before.concert ? before : { error })),
    );
    return () => {
      wanted = false;
    };
  }, [id, round, phase]);
  return state;
}

function Publish({ concert, done }: { concert: StaffConcert; done: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const publish = async (): Promise<void> => {
    await ask("POST /v1/staff/concerts/{concert_id}/publish", { path: { concert_id: concert.concert_id }, key: newKey() });
    done();
  };
  return (
    <div class="note warn row apart">
      <p>{t("wall.draft")}</p>
      {may("manager") && (
        <button type="button" class="button primary" onClick={() => setAsked(true)}>
          {t("wall.publish")}
        </button>
      )}
      {isAsked && (
        <Dialog title={t("wall.publish")} act={t("wall.publish")} hasReason={false} run={publish} close={() => setAsked(false)}>
          <p>{t("wall.publish_about")}</p>
        </Dialog>
      )}
    </div>
  );
}

function Head({ concert, isLive, stats }: { concert: StaffConcert; isLive: boolean; stats: Stats | undefined }) {
  const at = `/staff/concerts/${concert.concert_id}`;
  return (
    <header class="stack wall-head">
      <div class="row apart">
        <div>
          <h1>{concert.title}</h1>
          <p class="soft">
            {concert.artist} · {concert.venue}
          </p>
        </div>
        <div class="row">
          <PhaseTag phase={stats?.phase ?? concert.phase} published={concert.published} />
          <span class={`tag ${isLive ? "good" : "bad"}`} role="status">
            {isLive ? t("wall.live") : t("wall.lost")}
          </span>
        </div>
      </div>
      <nav class="row" aria-label={concert.title}>
        {may("manager") && (
          <a class="button" href={`${at}/edit`}>
            {t("wall.edit")}
          </a>
        )}
        <a class="button" href={`/staff/orders?concert_id=${concert.concert_id}`}>
          {t("wall.orders")}
        </a>
        {concert.published && (
          <a class="button" href={`/concerts/${concert.concert_id}`} target="_blank" rel="noopener">
            {t("wall.buyers")}
          </a>
        )}
      </nav>
      {concert.message && <p class="note">{t("wall.message", { text: concert.message })}</p>}
    </header>
  );
}

function Shows({ concert, stats }: { concert: StaffConcert; stats: Stats | undefined }) {
  return (
    <section class="stack" aria-labelledby="shows">
      <h2 id="shows">{t("shows.title")}</h2>
      <ul class="plain stack">
        {concert.shows.map((show) => {
          const counts = stats?.shows.find((one) => one.show_id === show.show_id);
          return (
            <li key={show.show_id} class="card row apart">
              <div>
                <b>{dateTime(show.starts_at, concert.time_zone)}</b> {show.cancelled && <span class="tag bad">{t("shows.cancelled")}</span>}
                {counts && <p class="small soft number">{t("shows.counts", counts)}</p>}
              </div>
              <a class="button" href={`/staff/concerts/${concert.concert_id}/shows/${show.show_id}`}>
                {t("shows.seats")}
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function WallPage({ id }: { id: string }) {
  const { stats, isLive } = useStats(id);
  const [round, setRound] = useState(0);
  const { concert, error } = useConcert(id, round, stats?.phase);
  useTitle(concert?.title);
  const again = (): void => setRound((before) => before + 1);
  useEffect(() => {
    const timer = setInterval(again, kLookMs);
    return () => clearInterval(timer);
  }, []);
  if (error !== undefined) return <Failure error={error} again={again} />;
  if (!concert) return <Skeleton lines={4} />;
  return (
    <div class="wall">
      <Head concert={concert} isLive={isLive} stats={stats} />
      {!concert.published && <Publish concert={concert} done={again} />}
      <section aria-label={t("wall.now")}>{stats ? <Figures stats={stats} concert={concert} /> : <Skeleton lines={1} />}</section>
      <div class="wall-levers">
        <Steering concert={concert} stats={stats} done={again} />
        <ActionLog id={id} zone={concert.time_zone} round={round} />
      </div>
      <Course id={id} zone={concert.time_zone} stats={stats} />
      <Shows concert={concert} stats={stats} />
    </div>
  );
}
