// What is chosen and what it costs, always in sight; from here the seats are held.
import { money } from "../../shared/format";
import type { Doing } from "../../shared/doing";
import { seatName, shortName } from "../../seats/names";
import type { ShowState } from "./state";
import { t } from "../words";

function Chosen({ state }: { state: ShowState }) {
  return (
    <ul class="plain chips" data-scrolls aria-label={t("tray.chosen")}>
      {state.chosen.value.map((index) => (
        <li key={index}>
          <button type="button" class="chip" onClick={() => state.toggle(index)}>
            {shortName(state.model, index)} <span aria-hidden="true">×</span>
            <span class="visually-hidden">{t("tray.remove", { name: seatName(state.model, index) })}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Tray({ state, doing, hold }: { state: ShowState; doing: Doing; hold: () => void }) {
  const chosen = state.chosen.value;
  if (chosen.length === 0) return null;
  const total = chosen.reduce((sum, index) => sum + state.model.price(index), 0);
  return (
    <section class="tray" aria-label={t("tray.label")}>
      <Chosen state={state} />
      <p class="number large">{money(total, state.model.currency)}</p>
      <button type="button" class="button primary" disabled={doing.busy} onClick={hold}>
        {t("tray.hold", { count: chosen.length })}
      </button>
    </section>
  );
}
