// The buyers' navigation.
import { useDoing } from "../shared/doing";
import { problemText } from "../shared/problem.words";
import { address } from "../shared/route";
import { me, signOut } from "./session";
import { t } from "./words";

function Item({ to, words }: { to: string; words: string }) {
  const path = address.value.split("?")[0];
  return (
    <a href={to} aria-current={path === to ? "page" : undefined}>
      {words}
    </a>
  );
}

export function Nav() {
  const leaving = useDoing();
  return (
    <nav class="frame-nav" aria-label={t("nav.label")}>
      <Item to="/" words={t("nav.concerts")} />
      {me.value && (
        <>
          <Item to="/tickets" words={t("nav.tickets")} />
          <Item to="/orders" words={t("nav.orders")} />
          <Item to="/wallet" words={t("nav.wallet")} />
          <button type="button" class="button quiet" disabled={leaving.busy} onClick={() => leaving.act(signOut)} title={me.value.email ?? ""}>
            {t("nav.sign_out")}
          </button>
          {leaving.error !== undefined && <span role="alert">{problemText(leaving.error)}</span>}
        </>
      )}
      {me.value === null && <Item to="/sign-in" words={t("nav.sign_in")} />}
    </nav>
  );
}
