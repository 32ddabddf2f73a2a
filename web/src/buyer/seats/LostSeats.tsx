// Told at once: seats that were wanted are gone, and these are the nearest that are free.
import { labelNames } from "../../seats/names";
import type { ShowState } from "./state";
import { t } from "../words";

export function LostSeats({ state }: { state: ShowState }) {
  const lost = state.lost.value;
  return (
    <div role="alert">
      {lost && (
        <div class="note warn stack">
          <p>{t("lost.seats", { seats: labelNames(lost.seats) })}</p>
          {lost.instead.length > 0 && <p>{t("lost.instead", { seats: labelNames(lost.instead.map((index) => state.model.label(index))) })}</p>}
          <p class="row">
            {lost.instead.length > 0 && (
              <button type="button" class="button" onClick={() => state.takeInstead()}>
                {t("lost.take")}
              </button>
            )}
            <button type="button" class="button quiet" onClick={() => (state.lost.value = undefined)}>
              {t("lost.dismiss")}
            </button>
          </p>
        </div>
      )}
    </div>
  );
}
