// Wall-clock times of a concert's own time zone, as a form has them, and moments.
const kFormats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = kFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    kFormats.set(zone, format);
  }
  return format;
}

export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What the zone's clocks show at a moment, as if it were UTC. */
function wallMs(moment: number, zone: string): number {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  return Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute, parts.second);
}

/** "2026-12-24T19:30" of a moment; empty for none. */
export function localText(moment: string | null | undefined, zone: string): string {
  if (!moment || !isZone(zone)) return "";
  return new Date(wallMs(Date.parse(moment), zone)).toISOString().slice(0, 16);
}

/** The moment at which the zone's clocks show it; of a time that a clock skips, the one an hour later. Empty where it is no time. */
export function momentOf(local: string, zone: string): string {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d/.test(local) || !isZone(zone)) return "";
  const wanted = Date.parse(`${local.slice(0, 16)}:00Z`);
  if (Number.isNaN(wanted)) return "";
  let moment = wanted;
  for (let i = 0; i < 3; ++i) moment += wanted - wallMs(moment, zone);
  return new Date(moment).toISOString();
}

export const zones: string[] = Intl.supportedValuesOf("timeZone");
