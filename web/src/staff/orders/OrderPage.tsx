// One order: what happened to it, its tickets, and the refund.
import { useState } from "preact/hooks";
import type { Refund, StaffOrder } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { dateTime, money, ownZone } from "../../shared/format";
import { Failure, Skeleton, useLoaded } from "../../shared/Load";
import { useTitle } from "../../shared/title";
import { Dialog } from "../parts/Dialog";
import { download } from "../parts/csv";
import { ask, may } from "../session";
import { StatusTag, statusWords } from "./status";
import { t } from "./orders.words";
import { t as common } from "../words";

const kTypedLetters = 6;

interface Step {
  at: string | undefined;
  words: string;
}

function stepsOf(order: StaffOrder): Step[] {
  const steps: Step[] = [];
  if (order.complimentary) steps.push({ at: order.created_at, words: t("order.given", { name: order.name ?? "" }) });
  else if (order.hold_expires_at) steps.push({ at: order.created_at, words: t("order.held", { when: dateTime(order.hold_expires_at, ownZone) }) });
  if (order.extended) steps.push({ at: undefined, words: t("order.extended") });
  if (order.payment && !order.complimentary) steps.push({ at: order.payment.paid_at, words: t("order.paid", { amount: money(order.payment.amount, order.currency) }) });
  if (order.refund_id) steps.push({ at: order.ended_at, words: t("order.refunded", { id: order.refund_id }) });
  else if (order.ended_at) steps.push({ at: order.ended_at, words: t("order.ended", { status: statusWords[order.status]() }) });
  return steps;
}

function Timeline({ order }: { order: StaffOrder }) {
  return (
    <section class="card stack" aria-labelledby="timeline">
      <h2 id="timeline">{t("order.timeline")}</h2>
      <ol class="plain timeline">
        {stepsOf(order).map((step, i) => (
          <li key={i}>
            <span>{step.words}</span>
            {step.at && (
              <time class="small soft number" dateTime={step.at}>
                {dateTime(step.at, ownZone)}
              </time>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Seats({ order }: { order: StaffOrder }) {
  const ticketOf = (seat: string): string => order.tickets?.find((one) => one.seat === seat)?.ticket_id ?? "";
  const save = (): void => download("tickets", [["seat", "section", "price", "ticket_id"], ...order.seats.map((one) => [one.seat, one.section, one.price, ticketOf(one.seat)])]);
  return (
    <section class="card stack" aria-labelledby="order-seats">
      <h2 id="order-seats">{t("orders.seats")}</h2>
      <ul class="plain lines">
        {order.seats.map((one) => (
          <li key={one.seat}>
            <b class="number">{one.seat}</b>
            <span class="number">{money(one.price, order.currency)}</span>
            <span class="mono small soft breaks">{ticketOf(one.seat)}</span>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" class="button" onClick={save}>
          {common("table.csv")}
        </button>
      </p>
    </section>
  );
}

function RefundDialog({ order, close, done }: { order: StaffOrder; close: () => void; done: (refund: Refund) => void }) {
  const [key] = useState(newKey);
  const refund = async (reason: string): Promise<void> =>
    done(await ask("POST /v1/staff/orders/{order_id}/refunds", { path: { order_id: order.order_id }, body: { reason }, key }));
  return (
    <Dialog title={t("order.refund")} act={t("order.refund")} isBad typed={order.order_id.slice(-kTypedLetters)} run={refund} close={close}>
      <p>{t("order.refund_about", { amount: money(order.total, order.currency) })}</p>
      <p class="small soft">{t("order.refund_typed")}</p>
    </Dialog>
  );
}

export function OrderPage({ id }: { id: string }) {
  const { value: order, error, again } = useLoaded(() => ask("GET /v1/staff/orders/{order_id}", { path: { order_id: id } }), id);
  const [isAsked, setAsked] = useState(false);
  const [refund, setRefund] = useState<Refund | undefined>(undefined);
  useTitle(t("orders.title"));
  if (error !== undefined) return <Failure error={error} again={again} />;
  if (!order) return <Skeleton lines={3} />;
  const done = (made: Refund): void => {
    setRefund(made);
    again();
  };
  return (
    <div class="stack">
      <p>
        <a href="/staff/orders">{t("order.back")}</a>
      </p>
      <div class="row apart">
        <h1 class="mono-title">{t("order.title", { id: `…${id.slice(-8)}` })}</h1>
        <StatusTag status={order.status} />
      </div>
      <p class="mono small soft breaks">{order.order_id}</p>
      <div class="order-total">
        <b class="number">{money(order.total, order.currency)}</b>
        {order.user_id && (
          <a class="mono small breaks" href={`/staff/orders?q=${order.user_id}`}>
            {order.user_id}
          </a>
        )}
      </div>
      <div role="status">
        {refund && (
          <p class="note good">
            {t("order.refunded_now", { amount: money(refund.amount, order.currency) })} {refund.checked_in && t("order.was_inside")}
          </p>
        )}
      </div>
      <div class="pair">
        <Timeline order={order} />
        <Seats order={order} />
      </div>
      {order.status === "paid" && may("admin") && (
        <p>
          <button type="button" class="button danger" onClick={() => setAsked(true)}>
            {t("order.refund")}
          </button>
        </p>
      )}
      {isAsked && <RefundDialog order={order} close={() => setAsked(false)} done={done} />}
    </div>
  );
}
