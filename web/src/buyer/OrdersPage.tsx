// One's orders, newest first.
import { useEffect, useState } from "preact/hooks";
import type { ConcertDetails, Order, OrderStatus } from "../../generated/api";
import { call } from "../shared/api";
import { dateTimeAt, money } from "../shared/format";
import { useTitle } from "../shared/title";
import { concertOf, dateOf } from "./concerts";
import { Paged } from "./paging";
import { labelNames } from "../seats/names";
import { t } from "./words";

const kStatus: Record<OrderStatus, { words: () => string; tone: string }> = {
  held: { words: () => t("order.status_held"), tone: "accent" },
  paid: { words: () => t("order.status_paid"), tone: "good" },
  cancelled: { words: () => t("order.status_cancelled"), tone: "" },
  expired: { words: () => t("order.status_expired"), tone: "" },
  refunded: { words: () => t("order.status_refunded"), tone: "warn" },
};

function useConcert(id: string): ConcertDetails | undefined {
  const [concert, setConcert] = useState<ConcertDetails>();
  useEffect(() => {
    concertOf(id).then(setConcert, () => {}); // an order can be read without it
  }, [id]);
  return concert;
}

function OrderCard({ order }: { order: Order }) {
  const concert = useConcert(order.concert_id);
  const date = concert && dateOf(concert, order.show_id);
  const { words, tone } = kStatus[order.status];
  return (
    <li class="card concert-card">
      <div>
        <h2>
          <a class="cover-link" href={`/orders/${order.order_id}`}>
            {concert?.title ?? t("order.title")}
          </a>
        </h2>
        {concert && date && <p>{dateTimeAt(date.starts_at, concert.time_zone)}</p>}
        <p class="soft">{labelNames(order.seats.map((one) => one.seat))}</p>
      </div>
      <div class="concert-facts">
        <span class={`tag ${tone}`}>{words()}</span>
        <p class="number">{money(order.total, order.currency)}</p>
      </div>
    </li>
  );
}

export function OrdersPage() {
  useTitle(t("nav.orders"));
  return (
    <div class="stack">
      <h1>{t("nav.orders")}</h1>
      <Paged
        name="orders"
        none={t("orders.none")}
        load={(cursor) => call("GET /v1/orders", { query: { cursor } })}
        show={(order: Order) => <OrderCard key={order.order_id} order={order} />}
      />
    </div>
  );
}
