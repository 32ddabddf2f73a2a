// Putting points into the wallet, where the installation lets people do it themselves.
import { useState } from "preact/hooks";
import { callSurely, newKey } from "../shared/api";
import { useDoing } from "../shared/doing";
import { Field } from "../shared/Field";
import { installation } from "../shared/installation";
import { problemText } from "../shared/problem.words";
import { t } from "./words";

const kMost = 10_000_000;

/** `missing` is what a payment lacks; it is proposed. */
export function TopUp({ missing, currency, done }: { missing?: number; currency: string; done: (balance: number) => void }) {
  const doing = useDoing();
  const [key, setKey] = useState(newKey);
  if (installation.value?.top_ups === "staff") return <p class="note">{t("wallet.by_staff")}</p>;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const amount = Number(new FormData(event.target as HTMLFormElement).get("amount"));
    doing.act(async () => {
      const { balance } = await callSurely("POST /v1/wallet/top-ups", { body: { amount }, key });
      setKey(newKey());
      done(balance);
    });
  };
  return (
    <form class="stack" onSubmit={submit}>
      <Field name="amount" label={t("wallet.amount", { currency })} type="number" inputMode="numeric" min={1} max={kMost} required defaultValue={missing ? String(missing) : "100000"} />
      {doing.error !== undefined && (
        <p class="note bad" role="alert">
          {problemText(doing.error)}
        </p>
      )}
      <p>
        <button class="button" disabled={doing.busy}>
          {t("wallet.top_up")}
        </button>
      </p>
    </form>
  );
}
