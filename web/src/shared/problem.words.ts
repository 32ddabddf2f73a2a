// Refusals in words for people. The server's own sentence stands in for codes that no page expects.
import type { Code } from "../../generated/api";
import { Refused, codeOf } from "./problem";
import { defineWords } from "./words";

export const t = defineWords({
  "load.busy": { en: "Loading", ko: "불러오는 중" },
  "load.again": { en: "Try again", ko: "다시 시도" },
  "problem.unanswered": { en: "No connection to the server. What you have is kept there; try again in a moment.", ko: "서버에 연결할 수 없습니다. 진행 상태는 서버에 보관되어 있으니 잠시 후 다시 시도하세요." },
  "problem.unexpected": { en: "Something on this page went wrong. Loading it again usually helps.", ko: "페이지에 문제가 생겼습니다. 새로고침하면 대부분 해결됩니다." },
  "problem.overloaded": { en: "It is busy right now. Nothing was changed; try again in a moment.", ko: "지금은 혼잡합니다. 변경된 내용은 없으니 잠시 후 다시 시도하세요." },
  "problem.rate_limited": { en: "That was a little quick. Wait a moment and try again.", ko: "요청이 너무 잦습니다. 잠시 기다렸다가 다시 시도하세요." },
  "problem.not_found": { en: "There is nothing at this address.", ko: "이 주소에는 아무것도 없습니다." },
});

const kWords: Partial<Record<Code | "unanswered" | "unexpected", () => string>> = {
  unanswered: () => t("problem.unanswered"),
  unexpected: () => t("problem.unexpected"),
  overloaded: () => t("problem.overloaded"),
  shutting_down: () => t("problem.overloaded"),
  rate_limited: () => t("problem.rate_limited"),
  not_found: () => t("problem.not_found"),
};

export function problemText(error: unknown): string {
  const own = kWords[codeOf(error)];
  if (own) return own();
  return error instanceof Refused ? error.body.detail : t("problem.unexpected");
}
