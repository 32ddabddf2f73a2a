// Editing a concert. Where somebody else saved first, both versions stand side by side and nothing is lost.
import { useState } from "preact/hooks";
import type { StaffConcert } from "../../../generated/api";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { codeOf } from "../../shared/problem";
import { problemText } from "../../shared/problem.words";
import { useTitle } from "../../shared/title";
import { useDoing } from "../../shared/doing";
import { ask } from "../session";
import { changeOf, changed, fieldsOf, type Field, type Fields } from "./draft";
import { faultsOf } from "./faults";
import { Details, Rules, fieldNames, fieldText } from "./FieldSet";
import { t } from "./builder.words";

type Side = "mine" | "theirs";
interface Clash {
  theirs: StaffConcert;
  fields: Field[];
  choice: Partial<Record<Field, Side>>;
}

function load(id: string): Promise<StaffConcert> {
  return ask("GET /v1/staff/concerts/{concert_id}", { path: { concert_id: id } });
}

function send(id: string, version: number, fields: Fields, which: readonly Field[]): Promise<StaffConcert> {
  const headers = { "If-Match": `"${version}"` };
  return ask("PATCH /v1/staff/concerts/{concert_id}", { path: { concert_id: id }, headers, body: changeOf(fields, which) });
}

interface ConflictProps {
  clash: Clash;
  base: Fields;
  mine: Fields;
  busy: boolean;
  choose: (field: Field, side: Side) => void;
  save: () => void;
  drop: () => void;
}

function Conflict({ clash, base, mine, busy, choose, save, drop }: ConflictProps) {
  const theirs = fieldsOf(clash.theirs);
  const others = changed(base, theirs).filter((one) => !clash.fields.includes(one));
  return (
    <section class="note warn stack" aria-labelledby="conflict" role="alert">
      <h2 id="conflict">{t("conflict.title")}</h2>
      <p>{clash.fields.length ? t("conflict.about") : t("conflict.none")}</p>
      {clash.fields.map((field) => (
        <fieldset key={field} class="choice">
          <legend>{fieldNames[field]()}</legend>
          {(["mine", "theirs"] as const).map((side) => (
            <label key={side}>
              <input type="radio" name={`choice-${field}`} checked={clash.choice[field] === side} onChange={() => choose(field, side)} />
              <span>
                {side === "mine" ? t("conflict.mine") : t("conflict.theirs")}: <b>{fieldText(field, side === "mine" ? mine : theirs)}</b>
              </span>
            </label>
          ))}
        </fieldset>
      ))}
      {others.length > 0 && <p class="small">{t("conflict.theirs_only", { fields: others.map((one) => fieldNames[one]()).join(", ") })}</p>}
      <div class="row">
        <button type="button" class="button primary" disabled={busy} onClick={save}>
          {t("conflict.save")}
        </button>
        <button type="button" class="button" disabled={busy} onClick={drop}>
          {t("conflict.drop")}
        </button>
      </div>
    </section>
  );
}

function Editor({ start }: { start: StaffConcert }) {
  const [known, setKnown] = useState(start);
  const [fields, setFields] = useState(() => fieldsOf(start));
  const [clash, setClash] = useState<Clash | undefined>(undefined);
  const [told, setTold] = useState("");
  const doing = useDoing();
  const id = known.concert_id;
  const base = fieldsOf(known);
  const take = (concert: StaffConcert, words: string): void => {
    setKnown(concert);
    setFields(fieldsOf(concert));
    setClash(undefined);
    setTold(words);
  };
  const compare = async (mine: Fields): Promise<void> => {
    const theirs = await load(id);
    const now = fieldsOf(theirs);
    const both = changed(base, mine).filter((one) => base[one] !== now[one] && mine[one] !== now[one]);
    setClash({ theirs, fields: both, choice: Object.fromEntries(both.map((one) => [one, "mine"])) });
  };
  const save = (version: number, mine: Fields, which: readonly Field[]): void => {
    setTold("");
    if (which.length === 0) {
      setTold(t("build.nothing"));
      return;
    }
    doing.act(async () => {
      try {
        take(await send(id, version, mine, which), t("build.saved"));
      } catch (error) {
        if (codeOf(error) !== "precondition_failed") throw error;
        await compare(mine);
      }
    });
  };
  const settle = (): void => {
    if (!clash) return;
    const which = changed(base, fields).filter((one) => clash.choice[one] !== "theirs");
    if (which.length === 0) return take(clash.theirs, t("build.nothing"));
    // A field left to the others keeps what they wrote, also where a change of zone reads it.
    save(clash.theirs.version, { ...fieldsOf(clash.theirs), ...Object.fromEntries(which.map((one) => [one, fields[one]])) } as Fields, which);
  };
  const faults = faultsOf(doing.error);
  const count = Object.keys(faults).length;
  const seats = known.shows.reduce((sum, show) => sum + show.total, 0);
  const common = { fields, faults, seats, set: (field: Field, text: string) => setFields((before) => ({ ...before, [field]: text })) };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!clash) save(known.version, fields, changed(base, fields));
      }}
    >
      <h1>
        {t("build.edit")}: {known.title}
      </h1>
      <p class="row">
        <a class="button" href={`/staff/concerts/${id}`}>
          {t("build.back")}
        </a>
        <a class="button" href={`/staff/concerts/new?like=${id}`}>
          {t("build.like")}
        </a>
      </p>
      <Details {...common} />
      <Rules {...common} />
      <p class="small soft">{t("build.fixed")}</p>
      {clash && (
        <Conflict
          clash={clash}
          base={base}
          mine={fields}
          busy={doing.busy}
          choose={(field, side) => setClash({ ...clash, choice: { ...clash.choice, [field]: side } })}
          save={settle}
          drop={() => take(clash.theirs, t("build.nothing"))}
        />
      )}
      <div role="alert">{doing.error !== undefined && <p class="note bad">{count ? t("build.some_wrong", { count }) : problemText(doing.error)}</p>}</div>
      <div class="row">
        {!clash && (
          <button class="button primary" disabled={doing.busy}>
            {t("build.save")}
          </button>
        )}
        <span role="status">{told}</span>
      </div>
    </form>
  );
}

export function EditPage({ id }: { id: string }) {
  const { value, error, again } = useLoaded(() => load(id), `edit/${id}`);
  useTitle(t("build.edit"));
  if (error !== undefined) return <Failure error={error} again={again} />;
  return value ? <Editor start={value} /> : <Skeleton lines={5} />;
}
