// Who did what to this concert lately, from the audit log.
import { useEffect, useState } from "preact/hooks";
import type { AuditEntry } from "../../../generated/api";
import { time } from "../../shared/format";
import { problemText } from "../../shared/problem.words";
import { ask } from "../session";
import { t } from "./wall.words";

const kShown = 12;
const kActions: Record<string, () => string> = {
  "queue.pause": () => t("log.pause"),
  "queue.resume": () => t("log.resume"),
  "queue.set": () => t("log.set"),
  "queue.message": () => t("log.message"),
  "queue.extend": () => t("log.extend"),
  "queue.close": () => t("log.close"),
  "queue.public_input": () => t("log.public_input"),
  "concert.create": () => t("log.create"),
  "concert.change": () => t("log.change"),
  "concert.publish": () => t("log.publish"),
};

function Entry({ entry, zone }: { entry: AuditEntry; zone: string }) {
  return (
    <li>
      <time class="number soft" dateTime={entry.at}>
        {time(entry.at, zone)}
      </time>
      <span>
        <b>{entry.staff_name || (entry.staff_key_id ? `…${entry.staff_key_id.slice(-6)}` : t("log.command_line"))}</b> {kActions[entry.action]?.() ?? entry.action}
        {entry.reason && <span class="soft"> — {entry.reason}</span>}
      </span>
    </li>
  );
}

/** The newest entries; what is shown stays until the next answer is here. */
function useEntries(id: string, round: number): { entries: AuditEntry[] | undefined; error: unknown } {
  const [state, setState] = useState<{ entries?: AuditEntry[]; error?: unknown }>({});
  useEffect(() => {
    let wanted = true;
    ask("GET /v1/staff/concerts/{concert_id}/audit", { path: { concert_id: id }, query: { limit: kShown } }).then(
      ({ items }) => wanted && setState({ entries: items }),
      (error: unknown) => wanted && setState((before) => ({ ...before, error })),
    );
    return () => {
      wanted = false;
    };
  }, [id, round]);
  return { entries: state.entries, error: state.error };
}

export function ActionLog({ id, zone, round }: { id: string; zone: string; round: number }) {
  const { entries, error } = useEntries(id, round);
  return (
    <section class="stack" aria-labelledby="log">
      <h2 id="log">{t("log.title")}</h2>
      {error !== undefined && !entries && <p class="note bad">{problemText(error)}</p>}
      {entries?.length === 0 && <p class="soft">{t("log.none")}</p>}
      <ul class="plain action-log">
        {entries?.map((entry) => (
          <Entry key={entry.audit_id} entry={entry} zone={zone} />
        ))}
      </ul>
    </section>
  );
}
