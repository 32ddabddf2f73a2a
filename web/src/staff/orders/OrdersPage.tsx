// Orders of everybody, found by what is known of them. What is asked for stands in the address, so that it can be kept.
import { useState } from "preact/hooks";
import type { OrderStatus, StaffConcert, StaffOrder } from "../../../generated/api";
import { dateTime, money, ownZone } from "../../shared/format";
import { useLoaded } from "../../shared/Load";
import { address, go } from "../../shared/route";
import { useTitle } from "../../shared/title";
import { SelectField, TextField } from "../parts/fields";
import { Table, type Column } from "../parts/Table";
import { ask } from "../session";
import { StatusTag, statusWords } from "./status";
import { t } from "./orders.words";

interface Wish {
  text: string;
  status: string;
  concert_id: string;
  show_id: string;
}

function wishOfAddress(): Wish {
  const query = new URLSearchParams(address.value.split("?")[1] ?? "");
  const get = (name: string): string => query.get(name) ?? "";
  return { text: get("q"), status: get("status"), concert_id: get("concert_id"), show_id: get("show_id") };
}

/** What the contract is asked: a text with an @ is an address, anything else a user. */
function queryOf({ text, status, concert_id, show_id }: Wish): Record<string, string | undefined> {
  return {
    email: text.includes("@") ? text : undefined,
    user_id: text && !text.includes("@") ? text : undefined,
    status: status || undefined,
    concert_id: concert_id || undefined,
    show_id: show_id || undefined,
  };
}

function nameOf(order: StaffOrder): string {
  return order.complimentary ? t("orders.free_for", { name: order.name ?? "" }) : (order.user_id ?? "");
}

function columns(): Column<StaffOrder>[] {
  return [
    { title: t("orders.order"), show: (one) => <a class="mono" href={`/staff/orders/${one.order_id}`}>…{one.order_id.slice(-8)}</a>, text: (one) => one.order_id },
    { title: t("orders.status"), show: (one) => <StatusTag status={one.status} />, text: (one) => one.status },
    { title: t("orders.seats"), show: (one) => one.seats.map((seat) => seat.seat).join(", "), text: (one) => one.seats.map((seat) => seat.seat).join(" ") },
    { title: t("orders.total"), isNumber: true, show: (one) => money(one.total, one.currency), text: (one) => one.total },
    { title: t("orders.currency"), isFileOnly: true, show: () => null, text: (one) => one.currency },
    { title: t("orders.made"), show: (one) => one.created_at && dateTime(one.created_at, ownZone), text: (one) => one.created_at },
    { title: t("orders.user"), show: (one) => <span class={one.complimentary ? "" : "mono breaks"}>{nameOf(one)}</span>, text: nameOf },
  ];
}

function useConcerts(): StaffConcert[] {
  const { value } = useLoaded(() => ask("GET /v1/staff/concerts", { query: { limit: 100 } }), "concerts");
  return value?.items ?? [];
}

function Search({ wish }: { wish: Wish }) {
  const [now, setNow] = useState(wish);
  const concerts = useConcerts();
  const shows = concerts.find((one) => one.concert_id === now.concert_id);
  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = now.text.trim();
    if (text.startsWith("order_")) return go(`/staff/orders/${encodeURIComponent(text)}`);
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ q: text, status: now.status, concert_id: now.concert_id, show_id: now.show_id })) if (value) query.set(name, value);
    go(`/staff/orders?${query.toString()}`);
  };
  const any = { value: "", words: t("orders.any") };
  return (
    <form class="card search" role="search" onSubmit={find}>
      <TextField name="q" type="search" label={t("orders.query")} hint={t("orders.query_hint")} value={now.text} onText={(text) => setNow({ ...now, text })} autocomplete="off" spellcheck={false} />
      <SelectField name="status" label={t("orders.status")} value={now.status} onPick={(status) => setNow({ ...now, status })} choices={[any, ...(Object.keys(statusWords) as OrderStatus[]).map((one) => ({ value: one, words: statusWords[one]() }))]} />
      <SelectField name="concert" label={t("orders.concert")} value={now.concert_id} onPick={(concert_id) => setNow({ ...now, concert_id, show_id: "" })} choices={[any, ...concerts.map((one) => ({ value: one.concert_id, words: one.title }))]} />
      {shows && (
        <SelectField name="show" label={t("orders.show")} value={now.show_id} onPick={(show_id) => setNow({ ...now, show_id })} choices={[any, ...shows.shows.map((one) => ({ value: one.show_id, words: dateTime(one.starts_at, shows.time_zone) }))]} />
      )}
      <button class="button primary">{t("orders.find")}</button>
    </form>
  );
}

export function OrdersPage() {
  const wish = wishOfAddress();
  const asked = JSON.stringify(wish);
  useTitle(t("orders.title"));
  return (
    <div class="stack">
      <h1>{t("orders.title")}</h1>
      <Search key={asked} wish={wish} />
      <Table
        name="orders"
        caption={t("orders.title")}
        columns={columns()}
        asked={asked}
        load={(page) => ask("GET /v1/staff/orders", { query: { ...page, ...queryOf(wish) } })}
        none={t("orders.none")}
        rowKey={(one) => one.order_id}
      />
    </div>
  );
}
