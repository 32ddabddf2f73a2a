// A moment in the venue's time, and in one's own where that is another.
import { dateTime, dateTimeAt, ownZone, time, zoneName } from "../shared/format";
import { t } from "./words";

function differs(moment: string, zone: string): boolean {
  return dateTime(moment, zone) !== dateTime(moment);
}

export function When({ moment, zone }: { moment: string; zone: string }) {
  const own = `${dateTime(moment)} ${zoneName(moment, ownZone)}`;
  return (
    <span class="when">
      <time dateTime={moment}>{dateTimeAt(moment, zone)}</time>
      {differs(moment, zone) && <span class="soft small">{t("when.own", { when: own })}</span>}
    </span>
  );
}

export function Doors({ moment, zone }: { moment: string | null; zone: string }) {
  return moment ? <span class="soft small">{t("when.doors", { when: time(moment, zone) })}</span> : null;
}
