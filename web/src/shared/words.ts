// Words in two languages from one typed table:
//
//   const t = defineWords({ "seats.left": { en: "{count} {count|seat|seats} left", ko: "{count}석 남음" } });
//   t("seats.left", { count: 3 })
//
// A key that is not in a table does not compile; the build refuses a key that nothing uses, and two languages that take
// different values. `{count|one|many}` chooses by whether count is 1.
import { language, type Language } from "./language";

export type Entry = Record<Language, string>;
export type Table = Record<string, Entry>;

type Name<S extends string> = S extends `${infer N}|${string}` ? N : S;
type Names<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? Name<P> | Names<Rest> : never;
type Values<S extends string> = [Names<S>] extends [never] ? [] : [Record<Names<S>, string | number>];

// All tables of a bundle; the build reads their keys here.
export const tables: Table[] = [];

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{([^}]+)\}/g, (_, inside: string) => {
    const [name = "", one, many] = inside.split("|");
    const value = values[name] ?? "";
    if (one !== undefined) return (value === 1 ? one : many) ?? "";
    return typeof value === "number" ? value.toLocaleString(language) : value;
  });
}

export function defineWords<const T extends Table>(table: T) {
  tables.push(table);
  return <K extends keyof T & string>(key: K, ...values: Values<T[K]["en"]>): string => {
    const text = (table[key] as Entry)[language];
    return values[0] ? fill(text, values[0]) : text;
  };
}
