// The wallet: its balance, a top-up, and every entry that made it.
import { useState } from "preact/hooks";
import type { WalletEntry } from "../../generated/api";
import { call } from "../shared/api";
import { dateTime, money } from "../shared/format";
import { Failure, Skeleton, useLoaded } from "../shared/Load";
import { useTitle } from "../shared/title";
import { Paged } from "./paging";
import { TopUp } from "./TopUp";
import { t } from "./words";

const kKinds: Record<WalletEntry["kind"], () => string> = {
  top_up: () => t("wallet.kind_top_up"),
  payment: () => t("wallet.kind_payment"),
  refund: () => t("wallet.kind_refund"),
};

function EntryLine({ entry, currency }: { entry: WalletEntry; currency: string }) {
  const sign = entry.amount > 0 ? "+" : "−";
  return (
    <li class="entry-line">
      <span>
        {entry.order_id ? <a href={`/orders/${entry.order_id}`}>{kKinds[entry.kind]()}</a> : kKinds[entry.kind]()}
        <span class="soft small"> {dateTime(entry.at)}</span>
      </span>
      <span class="number">
        {sign}
        {money(Math.abs(entry.amount), currency)}
        <span class="soft small"> {t("wallet.then", { balance: money(entry.balance_after, currency) })}</span>
      </span>
    </li>
  );
}

export function WalletPage() {
  useTitle(t("nav.wallet"));
  const [round, setRound] = useState(0);
  const { value, error, again } = useLoaded(() => call("GET /v1/wallet"), "wallet");
  if (!value)
    return (
      <div class="stack">
        <h1>{t("nav.wallet")}</h1>
        {error === undefined ? <Skeleton lines={3} /> : <Failure error={error} again={again} />}
      </div>
    );
  const done = (): void => {
    again();
    setRound((before) => before + 1);
  };
  return (
    <div class="stack">
      <h1>{t("nav.wallet")}</h1>
      <div class="wallet-head">
        <div class="card">
          <p>{t("pay.balance")}</p>
          <p class="number big">{money(value.balance, value.currency)}</p>
        </div>
        <div class="card">
          <TopUp currency={value.currency} done={done} />
        </div>
      </div>
      <h2>{t("wallet.entries")}</h2>
      <Paged
        key={round}
        name="wallet"
        none={t("wallet.none")}
        load={(cursor) => call("GET /v1/wallet/entries", { query: { cursor } })}
        show={(entry: WalletEntry) => <EntryLine key={entry.at + entry.balance_after} entry={entry} currency={value.currency} />}
      />
    </div>
  );
}
