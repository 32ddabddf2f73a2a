// The door of the staff's pages.
import { useState } from "preact/hooks";
import { codeOf } from "../shared/problem";
import { problemText } from "../shared/problem.words";
import { useTitle } from "../shared/title";
import { useDoing } from "../shared/doing";
import { TextField } from "./parts/fields";
import { ended, signIn } from "./session";
import { t } from "./words";

export function SignInPage() {
  const [key, setKey] = useState("");
  const doing = useDoing();
  useTitle(t("sign_in.title"));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (key.trim()) doing.act(() => signIn(key.trim()));
  };
  const isWrong = doing.error !== undefined && codeOf(doing.error) === "unauthenticated";
  return (
    <form class="card stack narrow" onSubmit={submit}>
      <h1>{t("sign_in.title")}</h1>
      <p class="soft">{t("sign_in.about")}</p>
      {ended.value && (
        <p class="note warn" role="status">
          {t("sign_in.expired")}
        </p>
      )}
      <TextField name="staff-key" label={t("sign_in.key")} hint={t("sign_in.hint")} type="password" value={key} onText={setKey} autocomplete="off" spellcheck={false} fault={isWrong ? t("sign_in.wrong") : undefined} />
      <div role="alert">{doing.error !== undefined && !isWrong && <p class="note bad">{problemText(doing.error)}</p>}</div>
      <button class="button primary" disabled={doing.busy}>
        {t("sign_in.act")}
      </button>
    </form>
  );
}
