// A new concert, from the first word to a draft that can be published.
import { useState } from "preact/hooks";
import { newKey } from "../../shared/api";
import { dateTime, money, ownZone, zoneName } from "../../shared/format";
import { installation } from "../../shared/installation";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { problemText } from "../../shared/problem.words";
import { codeOf } from "../../shared/problem";
import { go } from "../../shared/route";
import { useTitle } from "../../shared/title";
import { useDoing } from "../../shared/doing";
import { TextField } from "../parts/fields";
import { ask } from "../session";
import { momentOf } from "../zone";
import { draftLike, newDraft, requestOf, seatsOf, type Draft, type Field, type ShowDraft } from "./draft";
import { faultsOf, type Faults } from "./faults";
import { Details, Rules } from "./FieldSet";
import { SeatMaker } from "./SeatMaker";
import { t } from "./builder.words";

function Dates({ shows, faults, set }: { shows: ShowDraft[]; faults: Faults; set: (shows: ShowDraft[]) => void }) {
  const change = (index: number, part: Partial<ShowDraft>): void => set(shows.map((one, i) => (i === index ? { ...one, ...part } : one)));
  return (
    <section class="card stack" aria-labelledby="dates">
      <h2 id="dates">{t("build.dates")}</h2>
      {faults.shows && <p class="note bad">{faults.shows}</p>}
      {shows.map((show, index) => (
        <div key={index} class="date-row">
          <TextField name={`starts-${index}`} type="datetime-local" label={t("dates.starts", { count: index + 1 })} value={show.starts} onText={(starts) => change(index, { starts })} fault={faults[`starts-${index}`]} />
          <TextField name={`doors-${index}`} type="datetime-local" label={t("dates.doors", { count: index + 1 })} value={show.doors} onText={(doors) => change(index, { doors })} fault={faults[`doors-${index}`]} />
          {shows.length > 1 && (
            <button type="button" class="button quiet" aria-label={t("dates.remove", { count: index + 1 })} onClick={() => set(shows.filter((_, i) => i !== index))}>
              ✕
            </button>
          )}
        </div>
      ))}
      <p class="row">
        <button type="button" class="button" onClick={() => set([...shows, { starts: "", doors: "" }])}>
          {t("dates.add")}
        </button>
        {shows.length > 1 && <span class="small soft">{t("dates.same")}</span>}
      </p>
    </section>
  );
}

function Preview({ draft: { fields, shows, sections }, currency }: { draft: Draft; currency: string }) {
  const zone = fields.time_zone;
  const when = (local: string): string => {
    const moment = momentOf(local, zone);
    return moment ? `${dateTime(moment, zone)} ${zoneName(moment, zone)}` : t("preview.no_time");
  };
  const prices = sections.map((one) => Number(one.price) || 0);
  const range = prices.length ? [...new Set([Math.min(...prices), Math.max(...prices)])].map((one) => money(one, currency)).join(" – ") : "";
  return (
    <section class="stack" aria-labelledby="preview">
      <h2 id="preview">{t("build.preview")}</h2>
      <article class="card stack preview">
        <h3>{fields.title || t("preview.title")}</h3>
        <p>{fields.artist}</p>
        <p class="soft">{fields.venue}</p>
        <p>{t("preview.opens", { when: when(fields.opens_at) })}</p>
        <p class="number">{range}</p>
        <ul>
          {shows.map((show, i) => (
            <li key={i}>{when(show.starts)}</li>
          ))}
        </ul>
        <p class="small soft">{t("preview.each", { count: Number(fields.max_seats_per_user) || 0 })}</p>
        {fields.description && <p class="as-written">{fields.description}</p>}
      </article>
    </section>
  );
}

function Builder({ start }: { start: Draft }) {
  const [draft, setDraft] = useState(start);
  const [key] = useState(newKey);
  const doing = useDoing();
  const faults = faultsOf(doing.error);
  const count = Object.keys(faults).length;
  const currency = installation.value?.currency ?? "KRW";
  const set = (field: Field, text: string): void => setDraft((before) => ({ ...before, fields: { ...before.fields, [field]: text } }));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    doing.act(async () => {
      const body = requestOf(draft);
      // The key is of this content: a changed draft is another request.
      const made = await ask("POST /v1/staff/concerts", { body, key: `${key}-${digest(JSON.stringify(body))}`, timeoutMs: 60_000 });
      go(`/staff/concerts/${made.concert_id}`);
    });
  };
  const common = { fields: draft.fields, faults, set, seats: seatsOf(draft.sections) * draft.shows.length };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Details {...common} />
      <Rules {...common} />
      <Dates shows={draft.shows} faults={faults} set={(shows) => setDraft((before) => ({ ...before, shows }))} />
      <SeatMaker sections={draft.sections} faults={faults} currency={currency} set={(sections) => setDraft((before) => ({ ...before, sections }))} />
      <Preview draft={draft} currency={currency} />
      <div role="alert">
        {doing.error !== undefined && <p class="note bad">{count && codeOf(doing.error) === "validation_failed" ? t("build.some_wrong", { count }) : problemText(doing.error)}</p>}
      </div>
      <div class="row">
        <button class="button primary" disabled={doing.busy}>
          {t("build.create")}
        </button>
        <span class="small soft">{t("build.create_about")}</span>
      </div>
    </form>
  );
}

/** Tells one content from another; nothing rests on its strength. */
function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(36);
}

function Like({ id }: { id: string }) {
  const { value, error, again } = useLoaded(() => ask("GET /v1/staff/concerts/{concert_id}", { path: { concert_id: id } }), id);
  if (error !== undefined) return <Failure error={error} again={again} />;
  return value ? <Builder start={draftLike(value)} /> : <Skeleton lines={4} />;
}

export function NewPage() {
  const like = new URLSearchParams(location.search).get("like");
  useTitle(t("build.title"));
  return (
    <div class="stack">
      <h1>{t("build.title")}</h1>
      {like ? <Like id={like} /> : <Builder start={newDraft(ownZone)} />}
    </div>
  );
}
