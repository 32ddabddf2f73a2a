// The seats of an order with their prices and the total.
import type { Order } from "../../generated/api";
import { money } from "../shared/format";
import { labelName } from "../seats/names";
import { t } from "./words";

export function SeatLines({ order }: { order: Order }) {
  return (
    <table class="plain-table">
      <caption class="visually-hidden">{t("order.seats")}</caption>
      <tbody>
        {order.seats.map(({ seat, price }) => (
          <tr key={seat}>
            <th scope="row">{labelName(seat)}</th>
            <td class="number">{money(price, order.currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("order.total")}</th>
          <td class="number large">{money(order.total, order.currency)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
