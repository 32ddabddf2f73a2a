// The best seats in one press: how many, at most for how much, together or not.
import { money } from "../../shared/format";
import type { Doing } from "../../shared/doing";
import type { HoldRequest } from "../../../generated/api";
import type { ShowState } from "./state";
import { t } from "../words";

export type Wish = NonNullable<HoldRequest["best_available"]>;

function wishOf(form: HTMLFormElement): Wish {
  const given = new FormData(form);
  const price = Number(given.get("price"));
  return { count: Number(given.get("count")), together: given.has("together"), ...(price ? { max_price: price } : {}) };
}

export function BestAvailable({ state, doing, hold }: { state: ShowState; doing: Doing; hold: (wish: Wish) => void }) {
  const { prices, currency } = state.model;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    hold(wishOf(event.target as HTMLFormElement));
  };
  return (
    <form class="card best" onSubmit={submit} aria-label={t("best.title")}>
      <div class="field">
        <label for="best-count">{t("best.count")}</label>
        <select id="best-count" name="count">
          {Array.from({ length: Math.min(state.most, 20) }, (_, i) => (
            <option key={i} value={i + 1} selected={i + 1 === Math.min(2, state.most)}>
              {i + 1}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="best-price">{t("best.price")}</label>
        <select id="best-price" name="price">
          <option value="">{t("best.any_price")}</option>
          {prices.slice(1).map((price) => (
            <option key={price} value={price}>
              {t("best.at_most", { price: money(price, currency) })}
            </option>
          ))}
        </select>
      </div>
      <label class="check">
        <input type="checkbox" name="together" defaultChecked /> {t("best.together")}
      </label>
      <button class="button primary" disabled={doing.busy}>
        {t("best.hold")}
      </button>
    </form>
  );
}
