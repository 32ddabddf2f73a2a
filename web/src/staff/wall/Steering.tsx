// What a manager does to a running sale; each with a reason.
import { useState } from "preact/hooks";
import type { QueueAction, StaffConcert, Stats } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { number } from "../../shared/format";
import { ask, may } from "../session";
import { Dialog } from "../parts/Dialog";
import { AreaField, TextField } from "../parts/fields";
import { duration, t } from "./wall.words";

type Kind = "pause" | "resume" | "slow" | "message" | "extend" | "close";
export interface SteeringProps {
  concert: StaffConcert;
  stats: Stats | undefined;
  done: () => void;
}
interface OneProps extends SteeringProps {
  close: () => void;
}

// A union without the field that every action has.
type Act = QueueAction extends infer A ? (A extends { reason: string } ? Omit<A, "reason"> : never) : never;

function useSend({ concert, done }: SteeringProps) {
  // One key a question, so that a second press of the same one acts once.
  const [key] = useState(newKey);
  return async (action: Act, reason: string): Promise<void> => {
    const body = { ...action, reason } as QueueAction;
    await ask("POST /v1/staff/concerts/{concert_id}/queue/actions", { path: { concert_id: concert.concert_id }, body, key });
    done();
  };
}

function Pause(props: OneProps) {
  const send = useSend(props);
  return (
    <Dialog title={t("steer.pause")} act={t("steer.pause")} close={props.close} run={(reason) => send({ action: "pause" }, reason)}>
      <p>{t("steer.pause_about")}</p>
    </Dialog>
  );
}

function Resume(props: OneProps) {
  const send = useSend(props);
  return (
    <Dialog title={t("steer.resume")} act={t("steer.resume")} close={props.close} run={(reason) => send({ action: "resume" }, reason)}>
      <p>{t("steer.resume_about", { rate: props.concert.sale.entries_per_minute })}</p>
    </Dialog>
  );
}

function Slow(props: OneProps) {
  const { sale } = props.concert;
  const send = useSend(props);
  const [rate, setRate] = useState(String(sale.entries_per_minute));
  const [capacity, setCapacity] = useState(String(sale.capacity));
  const waiting = props.stats?.waiting ?? 0;
  const perMinute = Number(rate);
  const share = (part: number): void => setRate(String(Math.max(1, Math.round(sale.entries_per_minute * part))));
  return (
    <Dialog title={t("steer.slow")} act={t("steer.set")} close={props.close} run={(reason) => send({ action: "set", entries_per_minute: perMinute, capacity: Number(capacity) }, reason)}>
      <p>{t("steer.slow_about")}</p>
      <TextField name="rate" label={t("steer.rate")} type="number" min={1} inputMode="numeric" value={rate} onText={setRate} hint={perMinute > 0 && t("steer.rate_hint", { rate: perMinute, waiting, time: duration(waiting / perMinute) })} />
      <div class="row">
        <button type="button" class="button" onClick={() => share(0.5)}>
          {t("steer.half")}
        </button>
        <button type="button" class="button" onClick={() => share(0.25)}>
          {t("steer.quarter")}
        </button>
      </div>
      <TextField name="capacity" label={t("steer.capacity")} type="number" min={1} inputMode="numeric" value={capacity} onText={setCapacity} />
    </Dialog>
  );
}

function Message(props: OneProps) {
  const send = useSend(props);
  const [text, setText] = useState(props.concert.message ?? "");
  return (
    <Dialog title={t("steer.message")} act={t("steer.send")} close={props.close} run={(reason) => send({ action: "message", text: text.trim() || null }, reason)}>
      <p>{t("steer.message_about")}</p>
      <AreaField name="message" label={t("steer.message_text")} value={text} onText={setText} />
    </Dialog>
  );
}

function Extend(props: OneProps) {
  const send = useSend(props);
  const [seconds, setSeconds] = useState("300");
  return (
    <Dialog title={t("steer.extend")} act={t("steer.give")} close={props.close} run={(reason) => send({ action: "extend", seconds: Number(seconds) }, reason)}>
      <p>{t("steer.extend_about")}</p>
      <TextField name="seconds" label={t("steer.seconds")} type="number" min={1} inputMode="numeric" value={seconds} onText={setSeconds} />
    </Dialog>
  );
}

function Close(props: OneProps) {
  const send = useSend(props);
  return (
    <Dialog title={t("steer.close")} act={t("steer.close")} isBad typed={t("steer.close_word")} close={props.close} run={(reason) => send({ action: "close" }, reason)}>
      <p>{t("steer.close_about")}</p>
    </Dialog>
  );
}

const kKinds = { pause: Pause, resume: Resume, slow: Slow, message: Message, extend: Extend, close: Close };

export function Steering(props: SteeringProps) {
  const { concert } = props;
  const [open, setOpen] = useState<Kind | undefined>(undefined);
  const One = open && kKinds[open];
  if (!may("manager")) return <p class="soft small">{t("steer.viewer")}</p>;
  const isOver = concert.phase === "closed";
  return (
    <section class="stack" aria-labelledby="steer">
      <h2 id="steer">{t("steer.title")}</h2>
      <div class="steer">
        {concert.paused ? (
          <button type="button" class="button big primary" disabled={isOver} onClick={() => setOpen("resume")}>
            {t("steer.resume")}
          </button>
        ) : (
          <button type="button" class="button big danger" disabled={isOver} onClick={() => setOpen("pause")}>
            {t("steer.pause")}
          </button>
        )}
        <button type="button" class="button big" disabled={isOver} onClick={() => setOpen("slow")}>
          <span>{t("steer.slow")}</span>
          <span class="small soft number">{t("figure.per_minute", { count: number(concert.sale.entries_per_minute) })}</span>
        </button>
      </div>
      <div class="row">
        <button type="button" class="button" onClick={() => setOpen("message")}>
          {t("steer.message")}
        </button>
        <button type="button" class="button" disabled={isOver} onClick={() => setOpen("extend")}>
          {t("steer.extend")}
        </button>
        <button type="button" class="button" disabled={isOver} onClick={() => setOpen("close")}>
          {t("steer.close")}
        </button>
      </div>
      {One && <One {...props} close={() => setOpen(undefined)} />}
    </section>
  );
}
