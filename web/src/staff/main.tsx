// The staff's pages: the table of addresses, and which role sees which.
import "../shared/tokens.css";
import "../shared/base.css";
import "../seats/seats.css";
import "../buyer/concert.css";
import "./staff.css";
import type { ComponentChildren } from "preact";
import { Frame } from "../shared/Frame";
import { Skeleton } from "../shared/Load";
import { mount } from "../shared/mount";
import { address, route } from "../shared/route";
import { EditPage } from "./builder/EditPage";
import { NewPage } from "./builder/NewPage";
import { AuditPage } from "./desk/AuditPage";
import { ConcertsPage } from "./desk/ConcertsPage";
import { KeysPage } from "./desk/KeysPage";
import { GatePage } from "./gate/GatePage";
import { OrderPage } from "./orders/OrderPage";
import { OrdersPage } from "./orders/OrdersPage";
import { ShowPage } from "./orders/ShowPage";
import { roleWords } from "./parts/roles";
import { SignInPage } from "./SignInPage";
import { findAgain, isFinding, may, me, signOut, type Role } from "./session";
import { WallPage } from "./wall/WallPage";
import { t } from "./words";

const kLinks: { path: string; role: Role; words: () => string }[] = [
  { path: "/staff/", role: "viewer", words: () => t("nav.concerts") },
  { path: "/staff/orders", role: "viewer", words: () => t("nav.orders") },
  { path: "/staff/check-in", role: "gate", words: () => t("nav.gate") },
  { path: "/staff/keys", role: "admin", words: () => t("nav.keys") },
  { path: "/staff/audit", role: "admin", words: () => t("nav.audit") },
];

function Nav() {
  if (!me.value) return null;
  const path = address.value.split("?")[0];
  return (
    <>
      <nav class="frame-nav" aria-label={t("staff.nav")}>
        {kLinks.map((link) =>
          may(link.role) ? (
            <a key={link.path} href={link.path} aria-current={path === link.path ? "page" : undefined}>
              {link.words()}
            </a>
          ) : null,
        )}
      </nav>
      <span class="who">
        <span class="small soft">
          {me.value.name || `…${me.value.staff_key_id.slice(-6)}`} · {roleWords[me.value.role].name()}
        </span>
        <button type="button" class="button quiet" onClick={() => signOut()}>
          {t("sign_out.act")}
        </button>
      </span>
    </>
  );
}

function NotYours() {
  return (
    <div class="stack">
      <h1>{t("staff.label")}</h1>
      <p class="note">{t("page.not_yours")}</p>
    </div>
  );
}

/** A page for those who may see it; others are asked who they are, or told that it is not theirs. */
function For({ role, children }: { role: Role; children: ComponentChildren }) {
  if (isFinding.value) return <Skeleton lines={2} />;
  if (!me.value) return <SignInPage />;
  return <>{may(role) ? children : <NotYours />}</>;
}

function Home() {
  return <For role={me.value?.role === "gate" ? "gate" : "viewer"}>{me.value?.role === "gate" ? <GatePage /> : <ConcertsPage />}</For>;
}

function NotFound() {
  return (
    <div class="stack">
      <h1>{t("page.not_found")}</h1>
      <p>
        <a href="/staff/">{t("page.home")}</a>
      </p>
    </div>
  );
}

void findAgain();
mount({
  routes: [
    route("/staff/", () => <Home />),
    route("/staff/concerts/new", () => <For role="manager"><NewPage key={address.value} /></For>),
    route("/staff/concerts/:id", ({ id }) => <For role="viewer"><WallPage key={id} id={id} /></For>),
    route("/staff/concerts/:id/edit", ({ id }) => <For role="manager"><EditPage key={id} id={id} /></For>),
    route("/staff/concerts/:id/shows/:show", ({ id, show }) => <For role="viewer"><ShowPage key={show} concertId={id} showId={show} /></For>),
    route("/staff/orders", () => <For role="viewer"><OrdersPage /></For>),
    route("/staff/orders/:id", ({ id }) => <For role="viewer"><OrderPage key={id} id={id} /></For>),
    route("/staff/check-in", () => <For role="gate"><GatePage /></For>),
    route("/staff/keys", () => <For role="admin"><KeysPage /></For>),
    route("/staff/audit", () => <For role="admin"><AuditPage /></For>),
  ],
  around: (page) => (
    <Frame home="/staff/" label={t("staff.label")} nav={<Nav />}>
      {page}
    </Frame>
  ),
  notFound: () => <NotFound />,
});
