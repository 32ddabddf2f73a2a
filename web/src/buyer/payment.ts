// Paying an order. The key is the order's own, so that a second press, a second tab and a page that was loaded again all mean the
// same payment; what became of an attempt whose answer was lost is asked for until it is known.
import type { Order, PaymentAnswer } from "../../generated/api";
import { callSurely } from "../shared/api";

export function pay({ order_id, concert_id }: Order, onDoubt: () => void): Promise<PaymentAnswer> {
  return callSurely("POST /v1/orders/{order_id}/payments", { path: { order_id }, concert: concert_id, key: `pay-${order_id}` }, onDoubt);
}
