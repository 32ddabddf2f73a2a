// Cancelling a show, and how far its refunds are.
import { useEffect, useState } from "preact/hooks";
import type { CancellationProgress, StaffShow } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { Dialog } from "../parts/Dialog";
import { ask, may } from "../session";
import { t } from "./orders.words";

const kEachMs = 500;

function useProgress(show: StaffShow): CancellationProgress | undefined {
  const [progress, setProgress] = useState<CancellationProgress | undefined>(undefined);
  useEffect(() => {
    if (!show.cancelled) return;
    let timer: ReturnType<typeof setTimeout>;
    const look = (): void => {
      ask("GET /v1/staff/shows/{show_id}/cancellation", { path: { show_id: show.show_id } }).then(
        (value) => {
          setProgress(value);
          if (!value.done) timer = setTimeout(look, kEachMs);
        },
        () => (timer = setTimeout(look, kEachMs * 4)),
      );
    };
    look();
    return () => clearTimeout(timer);
  }, [show.show_id, show.cancelled]);
  return progress;
}

function usePaidOrders(show: StaffShow, isAsked: boolean): string {
  const [count, setCount] = useState("…");
  useEffect(() => {
    if (!isAsked) return;
    ask("GET /v1/staff/orders", { query: { show_id: show.show_id, status: "paid", limit: 100 } }).then(
      (page) => setCount(page.next_cursor ? "100+" : String(page.items.length)),
      () => undefined,
    );
  }, [isAsked]);
  return count;
}

export function Cancellation({ show, words, done }: { show: StaffShow; words: string; done: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const [key] = useState(newKey);
  const progress = useProgress(show);
  const orders = usePaidOrders(show, isAsked);
  const cancel = async (reason: string): Promise<void> => {
    await ask("POST /v1/staff/shows/{show_id}/cancellation", { path: { show_id: show.show_id }, body: { reason }, key });
    done();
  };
  if (show.cancelled) {
    if (!progress) return null;
    const { refunded, remaining } = progress;
    return (
      <div class="stack" role="status">
        <progress max={refunded + remaining || 1} value={progress.done ? refunded + remaining || 1 : refunded} aria-label={t("cancel.act")} />
        <p>{progress.done ? t("cancel.done", { refunded }) : t("cancel.progress", { refunded, remaining })}</p>
      </div>
    );
  }
  if (!may("admin")) return null;
  return (
    <p>
      <button type="button" class="button danger" onClick={() => setAsked(true)}>
        {t("cancel.act")}
      </button>
      {isAsked && (
        <Dialog title={t("cancel.act")} act={t("cancel.act")} isBad typed={words} run={cancel} close={() => setAsked(false)}>
          <p>{t("cancel.about", { orders })}</p>
        </Dialog>
      )}
    </p>
  );
}
