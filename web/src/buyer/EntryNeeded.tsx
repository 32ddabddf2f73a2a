// Seats are for those who are inside: the way there leads through the waiting room.
import { codeOf } from "../shared/problem";
import { Failure } from "../shared/Load";
import { JoinForm, queueAddress } from "./queue-form";
import { t } from "./words";

const kReasons: Record<string, () => string> = {
  entry_token_expired: () => t("entry.over"),
  entry_token_required: () => t("entry.needed"),
  entry_token_invalid: () => t("entry.needed"),
};

export function isOutside(error: unknown): boolean {
  return codeOf(error) in kReasons || codeOf(error) === "unauthenticated";
}

export function Refusal({ error, concert, again }: { error: unknown; concert: string; again: () => void }) {
  const code = codeOf(error);
  if (code === "unauthenticated")
    return (
      <div class="note stack">
        <p>{t("entry.sign_in")}</p>
        <p>
          <a class="button primary" href={`/sign-in?next=${encodeURIComponent(queueAddress(concert))}`}>
            {t("nav.sign_in")}
          </a>
        </p>
      </div>
    );
  const reason = kReasons[code];
  if (!reason) return <Failure error={error} again={again} />;
  return (
    <div class="note warn stack" role="alert">
      <p>{reason()}</p>
      <JoinForm concert={concert} words={t("entry.to_queue")} />
    </div>
  );
}
