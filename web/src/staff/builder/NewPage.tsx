// A new concert, from the first word to a draft that can be published.
import { useState } from "preact/hooks";
import { newKey } from "../../shared/api";
import { ownZone } from "../../shared/format";
import { installation } from "../../shared/installation";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { problemText } from "../../shared/problem.words";
import { codeOf } from "../../shared/problem";
import { go } from "../../shared/route";
import { useTitle } from "../../shared/title";
import { useDoing } from "../../shared/doing";
import { CheckField, TextField } from "../parts/fields";
import { ask } from "../session";
import { allSeatsOf, draftLike, newDraft, requestOf, type Draft, type Field, type SectionDraft, type ShowDraft } from "./draft";
import { faultsOf, prefixOf, type Faults } from "./faults";
import { Details, Rules } from "./FieldSet";
import { Preview } from "./Preview";
import { SeatMaker } from "./SeatMaker";
import { t } from "./builder.words";

interface DatesProps {
  shows: ShowDraft[];
  /** What a date's own seats begin as. */
  sections: SectionDraft[];
  faults: Faults;
  set: (shows: ShowDraft[]) => void;
}

function Dates({ shows, sections, faults, set }: DatesProps) {
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
          {shows.length > 1 && <CheckField name={`own-${index}`} label={t("dates.own", { count: index + 1 })} hint={t("dates.own_about")} checked={show.own !== undefined} onCheck={(isOwn) => change(index, { own: isOwn ? sections : undefined })} />}
        </div>
      ))}
      <p class="row">
        <button type="button" class="button" onClick={() => set([...shows, { starts: "", doors: "" }])}>
          {t("dates.add")}
        </button>
      </p>
    </section>
  );
}

function Builder({ start }: { start: Draft }) {
  const [draft, setDraft] = useState(start);
  const [key] = useState(newKey);
  const doing = useDoing();
  const faults = faultsOf(doing.error, draft.shows);
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
  const setShows = (shows: ShowDraft[]): void => setDraft((before) => ({ ...before, shows }));
  const setOwn = (index: number, own: SectionDraft[]): void => setShows(draft.shows.map((one, i) => (i === index ? { ...one, own } : one)));
  const common = { fields: draft.fields, faults, set, seats: allSeatsOf(draft) };
  const maker = { faults, currency, most: Number(draft.fields.max_seats_per_user) || 1 };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <Details {...common} />
      <Rules {...common} />
      <Dates shows={draft.shows} sections={draft.sections} faults={faults} set={setShows} />
      {draft.shows.some((one) => !one.own) && <SeatMaker {...maker} title={t("build.seats")} prefix="" sections={draft.sections} set={(sections) => setDraft((before) => ({ ...before, sections }))} />}
      {draft.shows.map((one, i) => one.own && <SeatMaker key={i} {...maker} title={t("seats.of_date", { count: i + 1 })} prefix={prefixOf(i)} sections={one.own} set={(own) => setOwn(i, own)} />)}
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
