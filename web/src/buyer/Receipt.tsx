// A paid order: what was bought, the way to the tickets, the evening for one's calendar.
import type { ConcertDetails, Order } from "../../generated/api";
import { dateTime, money } from "../shared/format";
import { dateOf } from "./concerts";
import { saveCalendar } from "./calendar";
import { SeatLines } from "./SeatLines";
import { labelNames } from "../seats/names";
import { t } from "./words";

function Figures({ order }: { order: Order }) {
  const { payment } = order;
  return (
    <dl class="figures">
      <dt>{t("order.number")}</dt>
      <dd class="code">{order.order_id}</dd>
      {payment && (
        <>
          <dt>{t("order.paid_at")}</dt>
          <dd>{dateTime(payment.paid_at)}</dd>
          <dt>{t("order.balance_after")}</dt>
          <dd class="number">{money(payment.balance_after, order.currency)}</dd>
        </>
      )}
    </dl>
  );
}

export function Receipt({ order, concert }: { order: Order; concert: ConcertDetails }) {
  const date = dateOf(concert, order.show_id);
  const keep = (): void =>
    saveCalendar({
      uid: order.order_id,
      title: concert.title,
      venue: concert.venue,
      startsAt: date?.starts_at ?? concert.opens_at,
      about: labelNames(order.seats.map((one) => one.seat)),
    });
  return (
    <div class="stack">
      {order.status === "paid" ? <p class="note good">{t("receipt.thanks")}</p> : <p class="note">{t("receipt.refunded")}</p>}
      <SeatLines order={order} />
      <Figures order={order} />
      <p class="row no-print">
        {order.status === "paid" && (
          <a class="button primary" href="/tickets">
            {t("receipt.tickets")}
          </a>
        )}
        {date && (
          <button type="button" class="button" onClick={keep}>
            {t("receipt.calendar")}
          </button>
        )}
        <button type="button" class="button" onClick={() => print()}>
          {t("receipt.print")}
        </button>
      </p>
    </div>
  );
}
