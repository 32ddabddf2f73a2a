// The seats of a show: taken off sale and put back, given away; and the cancellation of the whole show.
import { useEffect, useState } from "preact/hooks";
import type { Availability, Complimentary, StaffConcert, StaffShow } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { dateTime, money } from "../../shared/format";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { useTitle } from "../../shared/title";
import { Dialog } from "../parts/Dialog";
import { TextField, SelectField } from "../parts/fields";
import { download } from "../parts/csv";
import { ask, may } from "../session";
import { localText } from "../zone";
import { Cancellation } from "./Cancellation";
import { SeatGrid, kStatuses, type GridSection, type Letter } from "./SeatGrid";
import { t } from "./orders.words";

type Action = "block" | "unblock" | "give";
const kNamed = 12; // seats that are named in a dialog
const kEachMs = 3_000;

interface ShowProps {
  concert: StaffConcert;
  show: StaffShow;
}

/** The seats as they are, asked for again every few seconds. */
function useSeats(show: string): { seats: Availability | undefined; error: unknown; again: () => void } {
  const [seats, setSeats] = useState<Availability | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const load = (): void => {
    ask("GET /v1/staff/shows/{show_id}/availability", { path: { show_id: show } }).then((value) => {
      setSeats((before) => (before?.version === value.version ? before : value));
      setError(undefined);
    }, setError);
  };
  useEffect(() => {
    load();
    const timer = setInterval(() => document.visibilityState === "visible" && load(), kEachMs);
    return () => clearInterval(timer);
  }, [show]);
  return { seats, error, again: load };
}

function gridSections(show: StaffShow, seats: Availability): GridSection[] {
  return show.sections.map((one, i) => ({ ...one, letters: seats.sections?.[i]?.seats ?? "" }));
}

function saveSeats(sections: GridSection[]): void {
  const rows = sections.flatMap((one) =>
    [...one.letters].map((letter, i) => [`${one.name}-${Math.floor(i / one.seats_per_row) + 1}-${(i % one.seats_per_row) + 1}`, one.name, kStatuses[letter as Letter]()]));
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

function Legend() {
  return (
    <ul class="plain row small seat-legend">
      {(Object.keys(kStatuses) as Letter[]).map((letter) => (
        <li key={letter} class="row">
          <span class={`seat seat-${letter}`} aria-hidden="true" />
          {kStatuses[letter]()}
        </li>
      ))}
    </ul>
  );
}

function Seats({ concert, show }: ShowProps) {
  const { seats, error, again } = useSeats(show.show_id);
  const [picked, setPicked] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [action, setAction] = useState<Action | undefined>(undefined);
  const [told, setTold] = useState("");
  const [given, setGiven] = useState<Complimentary | undefined>(undefined);
  if (!seats) return error === undefined ? <Skeleton lines={4} /> : <Failure error={error} again={again} />;
  const sections = gridSections(show, seats);
  const section = sections[picked];
  const canAct = may("manager") && !show.cancelled;
  const toggle = (labels: string[]): void => {
    const all = labels.every((one) => chosen.has(one));
    const next = new Set(chosen);
    for (const one of labels) all ? next.delete(one) : next.add(one);
    setChosen(next);
  };
  const done = (words: string, made?: Complimentary): void => {
    setTold(words);
    setGiven(made);
    setChosen(new Set());
    again();
  };
  const words = (one: GridSection, i: number): string =>
    t("seats.section_words", { name: one.name, price: money(show.sections[i]?.price ?? 0, concert.currency), free: one.letters.split("a").length - 1 });
  return (
    <div class="stack">
      <div class="row apart end">
        <SelectField name="section" label={t("seats.section")} value={String(picked)} onPick={(value) => setPicked(Number(value))} choices={sections.map((one, i) => ({ value: String(i), words: words(one, i) }))} />
        <Legend />
      </div>
      {section && <SeatGrid section={section} chosen={chosen} toggle={toggle} canChoose={canAct} />}
      {canAct && (
        <div class="tray row apart">
          <span role="status">{told || t("seats.chosen", { count: chosen.size })}</span>
          <span class="row">
            <button type="button" class="button" disabled={!chosen.size} onClick={() => setAction("block")}>
              {t("seats.block")}
            </button>
            <button type="button" class="button" disabled={!chosen.size} onClick={() => setAction("unblock")}>
              {t("seats.unblock")}
            </button>
            <button type="button" class="button" disabled={!chosen.size} onClick={() => setAction("give")}>
              {t("seats.give")}
            </button>
            <button type="button" class="button quiet" disabled={!chosen.size} onClick={() => setChosen(new Set())}>
              {t("seats.forget")}
            </button>
          </span>
        </div>
      )}
      {given && <Given given={given} />}
      <p>
        <button type="button" class="button" onClick={() => saveSeats(sections)}>
          {t("seats.download")}
        </button>
      </p>
      {action && <ActionDialog action={action} show={show} labels={[...chosen]} close={() => setAction(undefined)} done={done} />}
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
