// A calendar file (RFC 5545) for an evening that was bought.
export interface Evening {
  uid: string;
  title: string;
  venue: string;
  startsAt: string;
  about: string;
}

const kHoursLong = 2;

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, (c) => `\\${c}`).replace(/\r?\n/g, "\\n");
}

/** Lines have at most 75 bytes; what follows begins with a blank. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let out = "";
  let bytes = 0;
  for (const c of line) {
    const size = encoder.encode(c).length;
    if (bytes + size > 74) {
      out += "\r\n ";
      bytes = 1;
    }
    out += c;
    bytes += size;
  }
  return out;
}

function stamp(moment: number): string {
  return new Date(moment).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

export function calendarText(evening: Evening, now: number): string {
  const start = Date.parse(evening.startsAt);
  const lines = [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Frontrow//Tickets//EN", "BEGIN:VEVENT",
    `UID:${evening.uid}`, `DTSTAMP:${stamp(now)}`, `DTSTART:${stamp(start)}`, `DTEND:${stamp(start + kHoursLong * 3_600_000)}`,
    `SUMMARY:${escaped(evening.title)}`, `LOCATION:${escaped(evening.venue)}`, `DESCRIPTION:${escaped(evening.about)}`,
    "END:VEVENT", "END:VCALENDAR",
  ];
  return lines.map(folded).join("\r\n") + "\r\n";
}

export function saveCalendar(evening: Evening): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([calendarText(evening, Date.now())], { type: "text/calendar" }));
  link.download = "concert.ics";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
