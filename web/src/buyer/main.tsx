// The buyers' pages: the table of addresses. The waiting room is a page of its own (src/room).
import "../shared/tokens.css";
import "../shared/base.css";
import "../seats/seats.css";
import "./buyer.css";
import "./concert.css";
import type { ComponentChildren } from "preact";
import { Frame } from "../shared/Frame";
import { mount } from "../shared/mount";
import { route } from "../shared/route";
import { AccountPage } from "./AccountPage";
import { ConcertPage } from "./ConcertPage";
import { ConcertsPage } from "./ConcertsPage";
import { DatesPage } from "./DatesPage";
import { HoldBar } from "./HoldBar";
import { followHolds } from "./holds";
import { Nav } from "./Nav";
import { OrderPage } from "./OrderPage";
import { OrdersPage } from "./OrdersPage";
import { loadMe } from "./session";
import { ShowPage } from "./ShowPage";
import { SignedIn } from "./SignedIn";
import { onNews } from "./tabs";
import { TicketsPage } from "./TicketsPage";
import { WalletPage } from "./WalletPage";
import { t } from "./words";

function NotFound() {
  return (
    <div class="stack">
      <h1>{t("page.not_found")}</h1>
      <p>
        <a href="/">{t("page.to_concerts")}</a>
      </p>
    </div>
  );
}

const own = (page: ComponentChildren) => <SignedIn>{page}</SignedIn>;

const routes = [
  route("/", () => <ConcertsPage />),
  route("/concerts/:concert", ({ concert }) => <ConcertPage key={concert} id={concert} />),
  route("/concerts/:concert/dates", ({ concert }) => <DatesPage key={concert} id={concert} />),
  route("/concerts/:concert/shows/:show", ({ concert, show }) => <ShowPage key={show} concert={concert} show={show} />),
  route("/orders", () => own(<OrdersPage />)),
  route("/orders/:order", ({ order }) => own(<OrderPage key={order} id={order} />)),
  route("/tickets", () => own(<TicketsPage />)),
  route("/wallet", () => own(<WalletPage />)),
  route("/sign-in", () => <AccountPage key="in" kind="sign-in" />),
  route("/sign-up", () => <AccountPage key="up" kind="sign-up" />),
];

onNews("session", () => void loadMe());
void loadMe();
followHolds();
mount({
  routes,
  around: (page) => (
    <Frame home="/" nav={<Nav />}>
      <HoldBar />
      {page}
    </Frame>
  ),
  notFound: () => <NotFound />,
});
