// Choosing seats: the best in one press, on the map, or from the list; then they are held.
import { useEffect, useState } from "preact/hooks";
import type { ConcertDetails, HoldRequest } from "../../generated/api";
import { callSurely, newKey } from "../shared/api";
import { useDoing } from "../shared/doing";
import { Skeleton, useLoaded } from "../shared/Load";
import { Refused, codeOf } from "../shared/problem";
import { problemText } from "../shared/problem.words";
import { go } from "../shared/route";
import { useTitle } from "../shared/title";
import { Legend } from "../seats/Legend";
import { SeatCanvas } from "../seats/SeatCanvas";
import { SeatList } from "../seats/SeatList";
import { ViewSwitch, type Shown } from "../seats/ViewSwitch";
import { concertOf, dateOf } from "./concerts";
import { Refusal, isOutside } from "./EntryNeeded";
import { EntryTime } from "./EntryTime";
import { holdsChanged } from "./holds";
import { BestAvailable } from "./seats/BestAvailable";
import { LostSeats } from "./seats/LostSeats";
import { openShow, type ShowState } from "./seats/state";
import { Tray } from "./seats/Tray";
import { When } from "./When";
import { t } from "./words";

function refusalText(error: unknown, state: ShowState): string | undefined {
  const body = error instanceof Refused ? error.body : undefined;
  switch (codeOf(error)) {
    case "seat_taken":
      return undefined; // told with the nearest free seats
    case "not_enough_seats":
      return t("hold.not_enough", { count: body?.available ?? 0 });
    case "seat_limit_reached":
      return t("hold.limit", { count: body?.limit ?? state.most });
    case "sale_not_open":
      return t("hold.sale_over");
    default:
      return problemText(error);
  }
}

function Choosing({ state, concert }: { state: ShowState; concert: ConcertDetails }) {
  const [shown, show] = useState<Shown>("map");
  const [said, say] = useState("");
  const [doubt, setDoubt] = useState(false);
  const doing = useDoing();
  useEffect(() => {
    state.follow();
    return () => state.stop();
  }, [state]);

  const hold = (wanted: Omit<HoldRequest, "show_id">): void =>
    doing.act(async () => {
      try {
        const body = { show_id: state.show, ...wanted };
        const order = await callSurely("POST /v1/orders", { body, concert: concert.concert_id, key: newKey() }, () => setDoubt(true));
        state.clear();
        holdsChanged();
        go(`/orders/${order.order_id}`);
      } catch (error) {
        if (codeOf(error) === "seat_taken" && error instanceof Refused) state.lose(error.body.seats ?? []);
        if (isOutside(error)) state.outside.value = error;
        throw error;
      } finally {
        setDoubt(false);
      }
    });
  const labels = (): string[] => state.chosen.value.map((index) => state.model.label(index));

  if (state.outside.value !== undefined) return <Refusal error={state.outside.value} concert={concert.concert_id} again={() => location.reload()} />;
  const refused = doing.error === undefined ? undefined : refusalText(doing.error, state);
  return (
    <div class="stack">
      <p class="number soft">
        {t("show.left", { count: (void state.version.value, state.model.available) })}
        {!state.isLive.value && <span class="tag warn"> {t("show.not_live")}</span>}
      </p>
      <BestAvailable state={state} doing={doing} hold={(best_available) => hold({ best_available })} />
      <div class="news">
        <div role="status">{doubt && <p class="note warn">{t("hold.checking")}</p>}</div>
        <div role="alert">{refused && <p class="note bad">{refused}</p>}</div>
        <LostSeats state={state} />
      </div>
      <div class="row">
        <ViewSwitch shown={shown} show={show} />
        <p class="said" role="status">
          {said}
        </p>
      </div>
      {shown === "map" ? (
        <>
          <SeatCanvas state={state} say={say} />
          <Legend model={state.model} marksBlocked={state.marksBlocked} />
        </>
      ) : (
        <SeatList state={state} say={say} />
      )}
      <Tray state={state} doing={doing} hold={() => hold({ seats: labels() })} />
    </div>
  );
}

export function ShowPage({ concert: concertId, show }: { concert: string; show: string }) {
  const { value, error, again } = useLoaded(async () => {
    const concert = await concertOf(concertId);
    return { concert, state: await openShow(show, concert.sale.max_seats_per_user) };
  }, show);
  useTitle(t("show.title"));
  const date = value && dateOf(value.concert, show);
  return (
    <div class="stack">
      <header class="stack tight">
        <p>
          <a href={`/concerts/${concertId}/dates`}>{t("dates.title")}</a>
        </p>
        <h1>{value?.concert.title ?? t("show.title")}</h1>
        {value && date && (
          <p>
            <When moment={date.starts_at} zone={value.concert.time_zone} />
          </p>
        )}
        {value && <EntryTime concert={concertId} />}
      </header>
      {error !== undefined && <Refusal error={error} concert={concertId} again={again} />}
      {!value && error === undefined && <Skeleton lines={4} />}
      {value && <Choosing state={value.state} concert={value.concert} />}
    </div>
  );
}
