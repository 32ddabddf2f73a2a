// On every page: seats are held, for so long, and there the payment is.
import { address } from "../shared/route";
import { Countdown } from "./Countdown";
import { holds, loadHolds } from "./holds";
import { t } from "./words";

export function HoldBar() {
  const elsewhere = holds.value.filter((order) => !address.value.startsWith(`/orders/${order.order_id}`));
  if (elsewhere.length === 0) return null;
  return (
    <section class="hold-bar no-print" aria-label={t("hold.bar")}>
      {elsewhere.map((order) => (
        <p key={order.order_id} class="row apart">
          <span>
            {t("hold.seats_held", { count: order.seats.length })}{" "}
            {order.hold_expires_at && <Countdown until={order.hold_expires_at} onOver={() => void loadHolds()} />}
          </span>
          <a class="button primary" href={`/orders/${order.order_id}`}>
            {t("hold.to_payment")}
          </a>
        </p>
      ))}
    </section>
  );
}
