// Paying a hold before it ends: seats, total, balance, a top-up in place where it is short.
import { useEffect, useState } from "preact/hooks";
import type { Order } from "../../generated/api";
import { call, callSurely } from "../shared/api";
import { useDoing } from "../shared/doing";
import { money } from "../shared/format";
import { codeOf } from "../shared/problem";
import { problemText } from "../shared/problem.words";
import { Countdown } from "./Countdown";
import { isOutside } from "./EntryNeeded";
import { holdsChanged } from "./holds";
import { pay } from "./payment";
import { JoinForm } from "./queue-form";
import { SeatLines } from "./SeatLines";
import { TopUp } from "./TopUp";
import { t } from "./words";

function HoldTime({ order, again }: { order: Order; again: () => void }) {
  const doing = useDoing();
  const extend = (): void =>
    doing.act(async () => {
      const { order_id, concert_id } = order;
      await callSurely("POST /v1/orders/{order_id}/extensions", { path: { order_id }, concert: concert_id, key: `extend-${order_id}` });
      holdsChanged();
      again();
    });
  return (
    <div class="card hold-time">
      <p>{t("hold.yours_for")}</p>
      <p class="big">{order.hold_expires_at && <Countdown until={order.hold_expires_at} onOver={again} />}</p>
      {!order.extended && (
        <p>
          <button type="button" class="button quiet" disabled={doing.busy} onClick={extend}>
            {t("hold.extend")}
          </button>
        </p>
      )}
      <p role="status">{doing.error !== undefined && (codeOf(doing.error) === "order_not_extendable" ? t("hold.not_extendable") : problemText(doing.error))}</p>
    </div>
  );
}

function useBalance(): [number | undefined, (balance: number) => void] {
  const [balance, setBalance] = useState<number>();
  useEffect(() => {
    call("GET /v1/wallet").then(
      (wallet) => setBalance(wallet.balance),
      () => setBalance(undefined), // the payment itself says where it is too little
    );
  }, []);
  return [balance, setBalance];
}

function refusalText(error: unknown): string {
  switch (codeOf(error)) {
    case "insufficient_balance":
      return t("pay.too_little");
    case "hold_expired":
      return t("order.expired");
    case "order_not_payable":
      return t("pay.not_payable");
    case "entry_token_required":
    case "entry_token_invalid":
    case "entry_token_expired":
      return t("pay.entry_over");
    default:
      return problemText(error);
  }
}

function Cancel({ order, again }: { order: Order; again: () => void }) {
  const doing = useDoing();
  const cancel = (): void =>
    doing.act(async () => {
      await call("DELETE /v1/orders/{order_id}", { path: { order_id: order.order_id } });
      holdsChanged();
      again();
    });
  return (
    <>
      <button type="button" class="button quiet" disabled={doing.busy} onClick={cancel}>
        {t("pay.cancel")}
      </button>
      {doing.error !== undefined && <p role="alert">{problemText(doing.error)}</p>}
    </>
  );
}

export function Checkout({ order, again }: { order: Order; again: () => void }) {
  const [balance, setBalance] = useBalance();
  const [doubt, setDoubt] = useState(false);
  const doing = useDoing();
  const missing = balance === undefined ? 0 : Math.max(0, order.total - balance);

  const payNow = (): void =>
    doing.act(async () => {
      try {
        await pay(order, () => setDoubt(true));
        holdsChanged();
        again();
      } catch (error) {
        const code = codeOf(error);
        if (code === "insufficient_balance") setBalance((await call("GET /v1/wallet")).balance);
        if (code === "hold_expired" || code === "order_not_payable") again();
        throw error;
      } finally {
        setDoubt(false);
      }
    });
  return (
    <div class="checkout">
      <div class="stack">
        <SeatLines order={order} />
        <p class="row apart">
          <span>{t("pay.balance")}</span>
          <span class="number">{balance === undefined ? "…" : money(balance, order.currency)}</span>
        </p>
        {missing > 0 && (
          <div class="note warn stack">
            <p>{t("pay.missing", { amount: money(missing, order.currency) })}</p>
            <TopUp missing={missing} currency={order.currency} done={setBalance} />
          </div>
        )}
        <div role="status">{doubt && <p class="note warn">{t("pay.checking")}</p>}</div>
        {doing.error !== undefined && (
          <div class="note bad stack" role="alert">
            <p>{refusalText(doing.error)}</p>
            {isOutside(doing.error) && <JoinForm concert={order.concert_id} words={t("entry.to_queue")} />}
          </div>
        )}
        <button type="button" class="button primary wide" disabled={doing.busy || missing > 0} onClick={payNow}>
          {doing.busy ? t("pay.under_way") : t("pay.now", { amount: money(order.total, order.currency) })}
        </button>
        <p>
          <Cancel order={order} again={again} />
        </p>
      </div>
      <HoldTime order={order} again={again} />
    </div>
  );
}
