// Map or list: two equal ways to the same seats.
import { t } from "./seats.words";

export type Shown = "map" | "list";

export function ViewSwitch({ shown, show }: { shown: Shown; show: (what: Shown) => void }) {
  return (
    <fieldset class="switch-row">
      <legend class="visually-hidden">{t("show.how")}</legend>
      {(["map", "list"] as const).map((one) => (
        <label key={one} class="switch-choice">
          <input type="radio" name="how" checked={shown === one} onChange={() => show(one)} />
          <span>{one === "map" ? t("show.map") : t("show.list")}</span>
        </label>
      ))}
    </fieldset>
  );
}
