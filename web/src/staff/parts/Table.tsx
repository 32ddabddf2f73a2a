// A table that is loaded page after page, and the whole of it as a file.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { problemText } from "../../shared/problem.words";
import { download, type Cell } from "./csv";
import { useDoing } from "../../shared/doing";
import { t } from "../words";

const kPage = 50;
const kMostRows = 200_000; // of a file

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
export interface Column<T> {
  title: string;
  show: (item: T) => ComponentChildren;
  /** As the file has it. */
  text: (item: T) => Cell;
  isNumber?: boolean;
  isFileOnly?: boolean;
}
export interface TableProps<T> {
  /** Names the file, and with `key` what is loaded. */
  name: string;
  caption: string;
  columns: Column<T>[];
  load: (page: { limit: number; cursor: string | undefined }) => Promise<Page<T>>;
  /** Changes with what is asked for. */
  asked?: string;
  none: string;
  rowKey: (item: T) => string;
}

async function everything<T>(load: TableProps<T>["load"], told: (count: number) => void): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await load({ limit: 100, cursor });
    rows.push(...page.items);
    told(rows.length);
    cursor = page.next_cursor ?? undefined;
  } while (cursor && rows.length < kMostRows);
  return rows;
}

function CsvButton<T>({ name, columns, load }: TableProps<T>) {
  const [count, setCount] = useState(0);
  const doing = useDoing();
  const save = (): void =>
    doing.act(async () => {
      setCount(0);
      const rows = await everything(load, setCount);
      download(name, [columns.map((one) => one.title), ...rows.map((row) => columns.map((one) => one.text(row)))]);
    });
  return (
    <>
      <span class="small soft" role="status">
        {doing.busy && t("table.csv_busy", { count })}
        {doing.error !== undefined && problemText(doing.error)}
      </span>
      <button type="button" class="button" disabled={doing.busy} onClick={save}>
        {t("table.csv")}
      </button>
    </>
  );
}

function Rows<T>({ caption, columns: all, rowKey, rows }: TableProps<T> & { rows: T[] }) {
  const columns = all.filter((one) => !one.isFileOnly);
  return (
    <div class="table-box" data-scrolls tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((one) => (
              <th key={one.title} scope="col" class={one.isNumber ? "number" : ""}>
                {one.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((one) => (
                <td key={one.title} class={one.isNumber ? "number" : ""} data-title={one.title}>
                  {one.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Table<T>(props: TableProps<T>) {
  const key = `${props.name}?${props.asked ?? ""}`;
  const { value, error, again } = useLoaded(() => props.load({ limit: kPage, cursor: undefined }), key);
  const [more, setMore] = useState<{ first: Page<T> | undefined; pages: Page<T>[] }>({ first: undefined, pages: [] });
  const doing = useDoing();
  if (error !== undefined) return <Failure error={error} again={again} />;
  if (!value) return <Skeleton lines={4} />;
  if (value.items.length === 0) return <p class="note">{props.none}</p>;
  const pages = [value, ...(more.first === value ? more.pages : [])];
  const rows = pages.flatMap((page) => page.items);
  const cursor = pages.at(-1)?.next_cursor;
  const next = (): void =>
    doing.act(async () => {
      const page = await props.load({ limit: kPage, cursor: cursor ?? undefined });
      setMore({ first: value, pages: [...pages.slice(1), page] });
    });
  return (
    <div class="stack">
      <Rows {...props} rows={rows} />
      <div class="row apart">
        <span class="row">
          {cursor && (
            <button type="button" class="button" disabled={doing.busy} onClick={next}>
              {t("table.more")}
            </button>
          )}
          <span class="small soft">{t("table.count", { count: rows.length })}</span>
        </span>
        <span class="row">
          <CsvButton {...props} />
        </span>
      </div>
      {doing.error !== undefined && <p role="alert">{problemText(doing.error)}</p>}
    </div>
  );
}
