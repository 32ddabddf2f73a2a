// Roles and phases in words.
import type { Phase } from "../../../generated/api";
import type { Role } from "../session";
import { t } from "../words";

export const roleWords: Record<Role, { name: () => string; about: () => string }> = {
  viewer: { name: () => t("role.viewer"), about: () => t("role.viewer.about") },
  gate: { name: () => t("role.gate"), about: () => t("role.gate.about") },
  manager: { name: () => t("role.manager"), about: () => t("role.manager.about") },
  admin: { name: () => t("role.admin"), about: () => t("role.admin.about") },
};

const kPhases: Record<Phase | "draft", { words: () => string; tone: string }> = {
  draft: { words: () => t("phase.draft"), tone: "" },
  scheduled: { words: () => t("phase.scheduled"), tone: "accent" },
  lobby: { words: () => t("phase.lobby"), tone: "accent" },
  open: { words: () => t("phase.open"), tone: "good" },
  paused: { words: () => t("phase.paused"), tone: "warn" },
  sold_out: { words: () => t("phase.sold_out"), tone: "" },
  closed: { words: () => t("phase.closed"), tone: "" },
};

export function PhaseTag({ phase, published }: { phase: Phase; published: boolean }) {
  const { words, tone } = kPhases[published ? phase : "draft"];
  return <span class={`tag ${tone}`}>{words()}</span>;
}
