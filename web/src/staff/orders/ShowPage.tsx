// The seats of a show, on the buyers' own map and list: taken off sale and put back, given away; and the cancellation of the whole
// show.
import { useEffect, useState } from "preact/hooks";
import type { Complimentary, StaffConcert, StaffShow } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { dateTime } from "../../shared/format";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { useTitle } from "../../shared/title";
import { Legend } from "../../seats/Legend";
import { SeatCanvas } from "../../seats/SeatCanvas";
import { SeatList, statusWords } from "../../seats/SeatList";
import { uniformModel } from "../../seats/uniform";
import { ViewSwitch, type Shown } from "../../seats/ViewSwitch";
import { Dialog } from "../parts/Dialog";
import { TextField } from "../parts/fields";
import { download } from "../parts/csv";
import { ask, may } from "../session";
import { localText } from "../zone";
import { Cancellation } from "./Cancellation";
import { StaffSeats } from "./seats";
import { t } from "./orders.words";

type Action = "block" | "unblock" | "give";
const kNamed = 12; // seats that are named in a dialog
const kEachMs = 3_000;

interface ShowProps {
  concert: StaffConcert;
  show: StaffShow;
}

/** The seats as they are, asked for again every few seconds. */
function useSeats({ concert, show }: ShowProps): { seats: StaffSeats | undefined; error: unknown; again: () => void } {
  const [seats] = useState(() => new StaffSeats(uniformModel(show.show_id, concert.currency, show.sections), may("manager") && !show.cancelled));
  const [isKnown, setKnown] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const load = (): void => {
    ask("GET /v1/staff/shows/{show_id}/availability", { path: { show_id: show.show_id } }).then((news) => {
      seats.take(news);
      setKnown(true);
      setError(undefined);
    }, setError);
  };
  useEffect(() => {
    load();
    const timer = setInterval(() => document.visibilityState === "visible" && load(), kEachMs);
    return () => clearInterval(timer);
  }, []);
  return { seats: isKnown ? seats : undefined, error, again: load };
}

function saveSeats({ model }: StaffSeats): void {
  const rows = Array.from(model.status, (status, index) => [model.label(index), model.seat(index).section.name, statusWords[status]?.() ?? ""]);
  download("seats", [[t("orders.seats"), t("seats.section"), t("seats.status")], ...rows]);
}

function namesOf(labels: string[]): string {
  return labels.slice(0, kNamed).join(", ") + (labels.length > kNamed ? ` … (${labels.length})` : "");
}

function ActionDialog({ action, show, labels, close, done }: { action: Action; show: StaffShow; labels: string[]; close: () => void; done: (words: string, given?: Complimentary) => void }) {
  const [key] = useState(newKey);
  const [name, setName] = useState("");
  const path = { show_id: show.show_id };
  const seats = namesOf(labels);
  const run = async (reason: string): Promise<void> => {
    if (action === "give") {
      const given = await ask("POST /v1/staff/shows/{show_id}/complimentary", { path, body: { seats: labels, name, reason }, key });
      return done("", given);
    }
    const { changed } = await ask("POST /v1/staff/shows/{show_id}/seats/actions", { path, body: { action, seats: labels, reason }, key });
    done(t("seats.done", { count: changed }));
  };
  const titles: Record<Action, string> = { block: t("seats.block"), unblock: t("seats.unblock"), give: t("seats.give") };
  const abouts: Record<Action, string> = { block: t("seats.block_about", { seats }), unblock: t("seats.unblock_about", { seats }), give: t("seats.give_about", { seats }) };
  return (
    <Dialog title={titles[action]} act={titles[action]} run={run} close={close}>
      <p>{abouts[action]}</p>
      {action === "give" && <TextField name="give-name" label={t("seats.give_name")} value={name} onText={setName} autocomplete="off" />}
    </Dialog>
  );
}

function Given({ given }: { given: Complimentary }) {
  const rows = given.tickets.map((one) => [one.seat, one.code, one.ticket_id]);
  return (
    <section class="note good stack" aria-labelledby="given">
      <h2 id="given">{t("seats.given", { name: given.name })}</h2>
      <ul class="plain lines">
        {given.tickets.map((one) => (
          <li key={one.ticket_id}>
            <b>{one.seat}</b>
            <span class="mono breaks">{one.code}</span>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" class="button" onClick={() => download("complimentary", [[t("orders.seats"), t("seats.code"), "ticket_id"], ...rows])}>
          {t("seats.download")}
        </button>
      </p>
    </section>
  );
}

function Actions({ seats, told, act }: { seats: StaffSeats; told: string; act: (action: Action) => void }) {
  const count = seats.chosen.value.length;
  const button = (action: Action, words: string) => (
    <button type="button" class="button" onClick={() => act(action)}>
      {words}
    </button>
  );
  return (
    <div class={count ? "tray row apart" : ""}>
      <span role="status">{count ? t("seats.chosen", { count }) : told || t("seats.choose")}</span>
      {count > 0 && (
        <span class="row">
          {button("block", t("seats.block"))}
          {button("unblock", t("seats.unblock"))}
          {button("give", t("seats.give"))}
          <button type="button" class="button quiet" onClick={() => seats.clear()}>
            {t("seats.forget")}
          </button>
        </span>
      )}
    </div>
  );
}

function Seats({ concert, show }: ShowProps) {
  const { seats, error, again } = useSeats({ concert, show });
  const [shown, setShown] = useState<Shown>("map");
  const [said, say] = useState("");
  const [action, setAction] = useState<Action | undefined>(undefined);
  const [told, setTold] = useState("");
  const [given, setGiven] = useState<Complimentary | undefined>(undefined);
  if (!seats) return error === undefined ? <Skeleton lines={4} /> : <Failure error={error} again={again} />;
  const done = (words: string, made?: Complimentary): void => {
    seats.clear();
    setTold(words);
    setGiven(made);
    again();
  };
  return (
    <div class="stack">
      <div class="row apart">
        <ViewSwitch shown={shown} show={setShown} />
        <p class="said" role="status">
          {said}
        </p>
      </div>
      {shown === "map" ? <SeatCanvas state={seats} say={say} /> : <SeatList state={seats} say={say} />}
      <Legend model={seats.model} marksBlocked={seats.marksBlocked} />
      {seats.toggleAll && <Actions seats={seats} told={told} act={setAction} />}
      {given && <Given given={given} />}
      <p>
        <button type="button" class="button" onClick={() => saveSeats(seats)}>
          {t("seats.download")}
        </button>
      </p>
      {action && <ActionDialog action={action} show={show} labels={seats.labels} close={() => setAction(undefined)} done={done} />}
    </div>
  );
}

export function ShowPage({ concertId, showId }: { concertId: string; showId: string }) {
  const { value: concert, error, again } = useLoaded(() => ask("GET /v1/staff/concerts/{concert_id}", { path: { concert_id: concertId } }), concertId);
  useTitle(t("seats.title"));
  if (error !== undefined) return <Failure error={error} again={again} />;
  if (!concert) return <Skeleton lines={4} />;
  const show = concert.shows.find((one) => one.show_id === showId);
  if (!show) return <Failure error={undefined} again={again} />;
  return (
    <div class="stack">
      <p>
        <a href={`/staff/concerts/${concertId}`}>{concert.title}</a>
      </p>
      <h1>
        {t("seats.title")}: {dateTime(show.starts_at, concert.time_zone)}
      </h1>
      {show.cancelled && <p class="note warn">{t("seats.cancelled")}</p>}
      <Seats concert={concert} show={show} />
      <Cancellation show={show} words={t("cancel.word", { date: localText(show.starts_at, concert.time_zone).slice(0, 10) })} done={again} />
    </div>
  );
}
