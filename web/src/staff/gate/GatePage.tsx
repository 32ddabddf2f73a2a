// The gate: codes typed, scanned or seen by the camera; with a list also without network.
import { useEffect, useRef, useState } from "preact/hooks";
import type { GateShow } from "../../../generated/api";
import { dateTime, ownZone, time } from "../../shared/format";
import { Failure, Skeleton } from "../../shared/Load";
import { problemText } from "../../shared/problem.words";
import { useTitle } from "../../shared/title";
import { download } from "../parts/csv";
import { useDoing } from "../../shared/doing";
import { SelectField, TextField } from "../parts/fields";
import { Camera } from "./Camera";
import { begin, checkIn, isOnline, probe, surprises, tellServer, waiting, type Checked, type Kind } from "./desk";
import { downloadList, findList, removeList, type TicketList } from "./list";
import { openWithoutNetwork } from "./offline";
import { useShows } from "./shows";
import { t } from "./gate.words";

const kTellMs = 5_000;
const kLogged = 500;

const kKinds: Record<Kind, { words: () => string; tone: string; sign: string }> = {
  welcome: { words: () => t("result.welcome"), tone: "good", sign: "✓" },
  duplicate: { words: () => t("result.duplicate"), tone: "warn", sign: "!" },
  void: { words: () => t("result.void"), tone: "bad", sign: "✕" },
  unknown: { words: () => t("result.unknown"), tone: "bad", sign: "✕" },
  no_list: { words: () => t("result.no_list"), tone: "bad", sign: "?" },
  refused: { words: () => t("result.refused", { words: "" }), tone: "bad", sign: "✕" },
};

function wordsOf(one: Checked): string {
  return one.kind === "refused" ? t("result.refused", { words: one.words }) : kKinds[one.kind].words();
}

function Result({ result }: { result: Checked | undefined }) {
  return (
    <div class="gate-result" role="alert">
      {result && (
        <div key={result.at} class={`note ${kKinds[result.kind].tone} gate-card`}>
          <span class="gate-sign" aria-hidden="true">
            {kKinds[result.kind].sign}
          </span>
          <div>
            <p class="gate-words">{wordsOf(result)}</p>
            {result.seat && <p class="gate-seat number">{result.seat}</p>}
            {result.kind === "duplicate" && <p>{t("result.since", { when: time(result.since, ownZone) })}</p>}
            {result.isOffline && result.kind !== "no_list" && <p class="small">{t("result.offline")}</p>}
          </div>
        </div>
      )}
    </div>
  );
}

function ListBox({ show, list, setList }: { show: string; list: TicketList | undefined; setList: (list: TicketList | undefined) => void }) {
  const [count, setCount] = useState(0);
  const doing = useDoing();
  if (!isSecureContext) return <p class="note warn">{t("list.insecure")}</p>;
  const take = (): void =>
    doing.act(async () => {
      setCount(0);
      setList(await downloadList(show, setCount));
    });
  const remove = (): void =>
    doing.act(async () => {
      await removeList(show);
      setList(undefined);
    });
  return (
    <section class="card stack" aria-labelledby="list">
      <h2 id="list">{t("list.title")}</h2>
      <p class="small soft">{t("list.about")}</p>
      <p role="status">
        {doing.busy ? t("list.busy", { count }) : list && t("list.have", { count: list.tickets.size, when: dateTime(list.takenAt, ownZone) })}
        {doing.error !== undefined && problemText(doing.error)}
      </p>
      <div class="row">
        <button type="button" class="button" disabled={doing.busy} onClick={take}>
          {list ? t("list.again") : t("list.download")}
        </button>
        {list && (
          <button type="button" class="button quiet" disabled={doing.busy} onClick={remove}>
            {t("list.remove")}
          </button>
        )}
      </div>
    </section>
  );
}

function SyncBox() {
  const count = waiting.value.length;
  return (
    <section class={`note stack ${count ? "warn" : ""}`}>
      <div class="row apart">
        <span class={`tag ${isOnline.value ? "good" : "bad"}`} role="status">
          {isOnline.value ? t("net.online") : t("net.offline")}
        </span>
        <p role="status">{count ? t("sync.waiting", { count }) : t("sync.none")}</p>
        {count > 0 && (
          <button type="button" class="button" onClick={() => void tellServer()}>
            {t("sync.now")}
          </button>
        )}
      </div>
      <div role="alert">
        {surprises.value.map((one, i) => (
          <p key={i}>{one.kind === "twice" ? t("sync.twice", { seat: one.seat, when: time(one.since, ownZone) }) : t("sync.refused", { seat: one.seat, words: one.words })}</p>
        ))}
      </div>
    </section>
  );
}

function Log({ log }: { log: Checked[] }) {
  const isUnheard = (one: Checked): boolean => one.key !== "" && waiting.value.some((item) => item.key === one.key);
  const rows = log.map((one) => [one.at, one.seat, wordsOf(one), isUnheard(one) ? t("log.unsynced") : ""]);
  return (
    <section class="stack" aria-labelledby="gate-log">
      <div class="row apart">
        <h2 id="gate-log">{t("log.title")}</h2>
        <button type="button" class="button" disabled={log.length === 0} onClick={() => download("check-ins", [[t("log.at"), t("log.seat"), t("log.result"), t("log.unsynced")], ...rows])}>
          {t("log.csv")}
        </button>
      </div>
      {log.length === 0 && <p class="soft">{t("log.empty")}</p>}
      <ul class="plain lines">
        {log.slice(0, 30).map((one) => (
          <li key={one.at + one.key}>
            <time class="number soft" dateTime={one.at}>
              {time(one.at, ownZone)}
            </time>
            <b class="number">{one.seat}</b>
            <span>{wordsOf(one)}</span>
            {isUnheard(one) && <span class="tag warn">{t("log.unsynced")}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function useGate(): void {
  useEffect(() => {
    void begin();
    const look = async (): Promise<void> => {
      if (!isOnline.value || !navigator.onLine) await probe();
      if (isOnline.value && waiting.value.length) await tellServer();
    };
    addEventListener("online", look);
    addEventListener("offline", look);
    const timer = setInterval(look, kTellMs);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
      clearInterval(timer);
    };
  }, []);
}

function Gate({ shows }: { shows: GateShow[] }) {
  const [show, setShow] = useState(shows[0]?.show_id ?? "");
  const [list, setList] = useState<TicketList | undefined>(undefined);
  const [code, setCode] = useState("");
  const [log, setLog] = useState<Checked[]>([]);
  const field = useRef<HTMLFormElement>(null);
  const doing = useDoing();
  useGate();
  useEffect(() => {
    setList(undefined);
    findList(show).then(setList, () => undefined);
  }, [show]);
  const check = (text: string): void =>
    doing.act(async () => {
      const result = await checkIn(text, show, list);
      setLog((before) => [result, ...before].slice(0, kLogged));
      setCode("");
      field.current?.querySelector("input")?.focus();
    });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (code.trim()) check(code.trim());
  };
  return (
    <div class="gate">
      <div class="stack">
        <SelectField name="show" label={t("gate.show")} value={show} onPick={setShow} choices={shows.map((one) => ({ value: one.show_id, words: `${one.concert_title} · ${dateTime(one.starts_at, one.time_zone)}` }))} />
        <form ref={field} class="gate-form" onSubmit={submit}>
          <TextField name="code" label={t("gate.code")} hint={t("gate.code_hint")} value={code} onText={setCode} autocomplete="off" autocapitalize="characters" spellcheck={false} />
          <button class="button primary big" disabled={doing.busy}>
            {t("gate.check")}
          </button>
        </form>
        {doing.error !== undefined && (
          <p class="note bad" role="alert">
            {problemText(doing.error)}
          </p>
        )}
        <Result result={log[0]} />
        <Camera onCode={check} isBusy={doing.busy} />
      </div>
      <div class="stack">
        <SyncBox />
        <ListBox show={show} list={list} setList={setList} />
        <Log log={log} />
      </div>
    </div>
  );
}

export function GatePage() {
  const { shows, error, again } = useShows();
  useEffect(() => void openWithoutNetwork(), []);
  useTitle(t("gate.title"));
  return (
    <div class="stack">
      <h1>{t("gate.title")}</h1>
      {error !== undefined && <Failure error={error} again={again} />}
      {!shows && error === undefined && <Skeleton lines={2} />}
      {shows?.length === 0 && <p class="note">{t("gate.none")}</p>}
      {shows && shows.length > 0 && <Gate shows={shows} />}
    </div>
  );
}
