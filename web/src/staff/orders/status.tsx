// An order's status, as a tag.
import type { OrderStatus } from "../../../generated/api";
import { t } from "./orders.words";

export const statusWords: Record<OrderStatus, () => string> = {
  held: () => t("status.held"),
  paid: () => t("status.paid"),
  cancelled: () => t("status.cancelled"),
  expired: () => t("status.expired"),
  refunded: () => t("status.refunded"),
};
const kTones: Record<OrderStatus, string> = { held: "accent", paid: "good", cancelled: "", expired: "", refunded: "warn" };

export function StatusTag({ status }: { status: OrderStatus }) {
  return <span class={`tag ${kTones[status]}`}>{statusWords[status]()}</span>;
}
