// A refusal as the contract tells it (application/problem+json), or a call that got no answer at all.
import type { Code, Problem as Body } from "../../generated/api";

export class Refused extends Error {
  constructor(
    readonly body: Body,
    readonly retryAfterMs: number,
  ) {
    super(body.detail);
  }
  get code(): Code {
    return this.body.code;
  }
}

/** No answer came: the network is down, or the server is not there. What was asked may have been done. */
export class Unanswered extends Error {}

/** The code of a refusal, `unanswered` where there was no answer, `unexpected` for anything else that was thrown. */
export function codeOf(error: unknown): Code | "unanswered" | "unexpected" {
  if (error instanceof Refused) return error.code;
  return error instanceof Unanswered ? "unanswered" : "unexpected";
}

/** Whether asking again with the same idempotency key tells what became of it. */
export function isUndecided(error: unknown): boolean {
  const code = codeOf(error);
  return code === "unanswered" || code === "outcome_unknown" || code === "idempotency_in_progress" || code === "overloaded" ||
    code === "shutting_down";
}
