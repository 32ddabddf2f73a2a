// Pages of one's own things: who is not signed in is asked to.
import type { ComponentChildren } from "preact";
import { Skeleton } from "../shared/Load";
import { address } from "../shared/route";
import { me } from "./session";
import { t } from "./words";

export function SignedIn({ children }: { children: ComponentChildren }) {
  if (me.value === undefined) return <Skeleton lines={2} />;
  if (me.value) return <>{children}</>;
  return (
    <div class="stack">
      <h1>{t("account.yours")}</h1>
      <p>{t("account.needed")}</p>
      <p>
        <a class="button primary" href={`/sign-in?next=${encodeURIComponent(address.value)}`}>
          {t("nav.sign_in")}
        </a>
      </p>
    </div>
  );
}
