// One order, whatever its state: a hold to be paid, a receipt, or the reason why there is neither.
import { useEffect } from "preact/hooks";
import type { ConcertDetails, Order } from "../../generated/api";
import { call } from "../shared/api";
import { onJump } from "../shared/clock";
import { Failure, Skeleton, useLoaded } from "../shared/Load";
import { useTitle } from "../shared/title";
import { Checkout } from "./Checkout";
import { concertOf, dateOf } from "./concerts";
import { holdsChanged } from "./holds";
import { Receipt } from "./Receipt";
import { onNews } from "./tabs";
import { When } from "./When";
import { t } from "./words";

async function load(id: string): Promise<[Order, ConcertDetails]> {
  const order = await call("GET /v1/orders/{order_id}", { path: { order_id: id } });
  return [order, await concertOf(order.concert_id)];
}

function Over({ order, words }: { order: Order; words: string }) {
  useEffect(holdsChanged, []);
  return (
    <div class="stack">
      <p class="note warn" role="alert">
        {words}
      </p>
      <p>
        <a class="button primary" href={`/concerts/${order.concert_id}/shows/${order.show_id}`}>
          {t("order.choose_again")}
        </a>
      </p>
    </div>
  );
}

function Content({ order, concert, again }: { order: Order; concert: ConcertDetails; again: () => void }) {
  switch (order.status) {
    case "held":
      return <Checkout order={order} again={again} />;
    case "paid":
    case "refunded":
      return <Receipt order={order} concert={concert} />;
    case "expired":
      return <Over order={order} words={t("order.expired")} />;
    case "cancelled":
      return <Over order={order} words={t("order.cancelled")} />;
  }
}

export function OrderPage({ id }: { id: string }) {
  const { value, error, again } = useLoaded(() => load(id), id);
  useEffect(() => {
    const stops = [onNews("holds", again), onJump(again)];
    return () => stops.forEach((stop) => stop());
  }, [id]);
  const title = value?.[0].status === "held" ? t("order.pay_title") : t("order.title");
  useTitle(title);
  if (!value)
    return (
      <div class="stack">
        <h1>{title}</h1>
        {error === undefined ? <Skeleton lines={4} /> : <Failure error={error} again={again} />}
      </div>
    );
  const [order, concert] = value;
  const date = dateOf(concert, order.show_id);
  return (
    <div class="stack">
      <header class="stack tight">
        <h1>{title}</h1>
        <p class="large">
          <a href={`/concerts/${order.concert_id}`}>{concert.title}</a>
        </p>
        {date && (
          <p>
            <When moment={date.starts_at} zone={concert.time_zone} />
          </p>
        )}
        <p class="soft">{concert.venue}</p>
      </header>
      <Content order={order} concert={concert} again={again} />
    </div>
  );
}
