// Where a sale stands, as a tag.
import type { Phase } from "../../generated/api";
import { t } from "./words";

const kPhases: Record<Phase, { words: () => string; tone: string }> = {
  scheduled: { words: () => t("phase.scheduled"), tone: "" },
  lobby: { words: () => t("phase.lobby"), tone: "accent" },
  open: { words: () => t("phase.open"), tone: "good" },
  paused: { words: () => t("phase.paused"), tone: "warn" },
  sold_out: { words: () => t("phase.sold_out"), tone: "" },
  closed: { words: () => t("phase.closed"), tone: "" },
};

export function PhaseTag({ phase }: { phase: Phase }) {
  const { words, tone } = kPhases[phase];
  return <span class={`tag ${tone}`}>{words()}</span>;
}
