// A list that is loaded page after page.
import { useState } from "preact/hooks";
import { Failure, Skeleton, useLoaded } from "../shared/Load";
import { useDoing } from "../shared/doing";
import { problemText } from "../shared/problem.words";
import type { ComponentChildren } from "preact";
import { t } from "./words";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

interface ListProps<T> {
  load: (cursor: string | undefined) => Promise<Page<T>>;
  name: string;
  none: string;
  show: (item: T) => ComponentChildren;
}

export function Paged<T>({ load, name, none, show }: ListProps<T>) {
  const { value, error, again } = useLoaded(() => load(undefined), name);
  const [more, setMore] = useState<Page<T>[]>([]);
  const doing = useDoing();
  if (error !== undefined) return <Failure error={error} again={again} />;
  if (!value) return <Skeleton lines={3} />;
  const pages = [value, ...more];
  const cursor = pages.at(-1)?.next_cursor;
  const next = (): void =>
    doing.act(async () => {
      const page = await load(cursor ?? undefined);
      setMore((had) => [...had, page]);
    });
  if (value.items.length === 0)
    return (
      <div class="note stack">
        <p>{none}</p>
        <p>
          <a href="/">{t("page.to_concerts")}</a>
        </p>
      </div>
    );
  return (
    <>
      <ul class="plain stack">{pages.flatMap((page) => page.items).map(show)}</ul>
      {doing.error !== undefined && <p role="alert">{problemText(doing.error)}</p>}
      {cursor && (
        <p>
          <button type="button" class="button" disabled={doing.busy} onClick={next}>
            {t("list.more")}
          </button>
        </p>
      )}
    </>
  );
}
