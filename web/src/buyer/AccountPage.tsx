// Signing in and signing up; in a demonstration one press makes a guest.
import { useDoing, type Doing } from "../shared/doing";
import { Field } from "../shared/Field";
import { installation } from "../shared/installation";
import { Refused, codeOf } from "../shared/problem";
import { problemText } from "../shared/problem.words";
import { go } from "../shared/route";
import { useTitle } from "../shared/title";
import { goOn } from "./queue-form";
import { signIn, signInAsGuest, signUp } from "./session";
import { t } from "./words";

type Kind = "sign-in" | "sign-up";

/** Only addresses of this site are gone to. */
function nextAddress(): string {
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}

function arrive(): void {
  const next = nextAddress();
  if (/\/queue$/.test(next)) goOn(next);
  else go(next, "replace");
}

const kFieldFaults: Record<string, () => string> = {
  "/email": () => t("account.email_wrong"),
  "/password": () => t("account.password_wrong"),
  "/name": () => t("account.name_wrong"),
};

function faultsOf(error: unknown): Record<string, string> {
  if (codeOf(error) === "email_taken") return { email: t("account.email_taken") };
  if (!(error instanceof Refused)) return {};
  return Object.fromEntries((error.body.errors ?? []).map(({ pointer, message }) => [pointer.slice(1), kFieldFaults[pointer]?.() ?? message]));
}

function Fault({ error }: { error: unknown }) {
  if (error === undefined) return null;
  const atField = Object.keys(faultsOf(error)).length > 0;
  const words = codeOf(error) === "bad_credentials" ? t("account.wrong") : atField ? t("account.look_below") : problemText(error);
  return (
    <p class="note bad" role="alert">
      {words}
    </p>
  );
}

function AccountForm({ isNew, doing }: { isNew: boolean; doing: Doing }) {
  const faults = faultsOf(doing.error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(given.get(name) ?? "");
    doing.act(async () => {
      if (isNew) await signUp(text("name"), text("email"), text("password"));
      else await signIn(text("email"), text("password"));
      arrive();
    });
  };
  return (
    <form class="stack" onSubmit={submit}>
      {isNew && <Field name="name" label={t("account.name")} autocomplete="name" required maxLength={100} fault={faults["name"]} />}
      <Field name="email" label={t("account.email")} type="email" autocomplete="username" required fault={faults["email"]} />
      <Field
        name="password"
        label={t("account.password")}
        type="password"
        autocomplete={isNew ? "new-password" : "current-password"}
        required
        minLength={isNew ? 8 : 1}
        hint={isNew ? t("account.password_hint") : undefined}
        fault={faults["password"]}
      />
      <button class="button primary" disabled={doing.busy}>
        {isNew ? t("account.sign_up") : t("account.sign_in")}
      </button>
    </form>
  );
}

function Guest({ doing }: { doing: Doing }) {
  if (!installation.value?.demo) return null;
  const enter = (): void =>
    doing.act(async () => {
      await signInAsGuest();
      arrive();
    });
  return (
    <div class="note stack">
      <p>{t("account.guest_about")}</p>
      <p>
        <button type="button" class="button" disabled={doing.busy} onClick={enter}>
          {t("account.guest")}
        </button>
      </p>
    </div>
  );
}

export function AccountPage({ kind }: { kind: Kind }) {
  const doing = useDoing();
  const isNew = kind === "sign-up";
  const title = isNew ? t("account.sign_up") : t("account.sign_in");
  useTitle(title);
  return (
    <div class="stack narrow">
      <h1>{title}</h1>
      <Guest doing={doing} />
      <Fault error={doing.error} />
      <AccountForm isNew={isNew} doing={doing} />
      <p>
        <a href={`/${isNew ? "sign-in" : "sign-up"}${location.search}`}>{isNew ? t("account.have_one") : t("account.have_none")}</a>
      </p>
    </div>
  );
}
