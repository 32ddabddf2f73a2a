// Numbers, money and times as the reader's language writes them. The one place that divides minor units.
import { language } from "./language";

const kLocale = language === "ko" ? "ko-KR" : "en-GB";
const moneyFormats = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string, display: "narrowSymbol" | "name"): Intl.NumberFormat {
  const key = currency + display;
  let format = moneyFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(kLocale, { style: "currency", currency, currencyDisplay: display });
    moneyFormats.set(key, format);
  }
  return format;
}

function major(amount: number, format: Intl.NumberFormat): number {
  return amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0);
}

/** "₩154,000", "154,000원". */
export function money(amount: number, currency: string): string {
  const format = moneyFormat(currency, "narrowSymbol");
  const value = major(amount, format);
  return currency === "KRW" && language === "ko" ? `${number(value)}원` : format.format(value);
}

/** As it is said aloud: "154,000 won". */
export function moneyAloud(amount: number, currency: string): string {
  const format = moneyFormat(currency, "name");
  const value = major(amount, format);
  if (currency === "KRW") return language === "ko" ? `${number(value)}원` : `${number(value)} won`;
  return format.format(value);
}

export function number(value: number): string {
  return value.toLocaleString(kLocale);
}

export const ownZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone;

function dateFormat(options: Intl.DateTimeFormatOptions, zone?: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(kLocale, { ...options, ...(zone ? { timeZone: zone } : {}) });
  } catch {
    return new Intl.DateTimeFormat(kLocale, { ...options, timeZone: "UTC", timeZoneName: "short" });
  }
}

/** "Sat, 5 December 2026". */
export function date(moment: string, zone?: string): string {
  const month = language === "ko" ? "short" : "long"; // in Korean the same word, and then the weekday stands in brackets
  return dateFormat({ weekday: "short", day: "numeric", month, year: "numeric" }, zone).format(new Date(moment));
}

/** "Fri, 11 December – Sat, 12 December 2026". */
export function dateRange(first: string, last: string, zone: string): string {
  const month = language === "ko" ? "short" : "long";
  return dateFormat({ weekday: "short", day: "numeric", month, year: "numeric" }, zone).formatRange(new Date(first), new Date(last));
}

/** "19:30". */
export function time(moment: string, zone?: string): string {
  return dateFormat({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone).format(new Date(moment));
}

/** "Sat, 5 December 2026, 19:30". */
export function dateTime(moment: string, zone?: string): string {
  return `${date(moment, zone)}${language === "ko" ? "" : ","} ${time(moment, zone)}`;
}

/** The same at a place; with the zone's name where the reader's own time is another. */
export function dateTimeAt(moment: string, zone: string): string {
  const there = dateTime(moment, zone);
  return there === dateTime(moment) ? there : `${there} ${zoneName(moment, zone)}`;
}

/** "GMT+9", as the zone's own short name at that moment. */
export function zoneName(moment: string, zone: string): string {
  const parts = dateFormat({ timeZoneName: "short" }, zone).formatToParts(new Date(moment));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** "4:07", "1:02:30"; days are counted in hours up to two days. */
export function clockText(ms: number): string {
  const all = Math.ceil(ms / 1000);
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
}
