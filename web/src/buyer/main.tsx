// The buyers' pages: the table of addresses.
import "../shared/tokens.css";
import "../shared/base.css";
import "./buyer.css";
import { Frame } from "../shared/Frame";
import { mount } from "../shared/mount";
import { route } from "../shared/route";
import { ConcertsPage } from "./ConcertsPage";
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

mount({
  routes: [route("/", () => <ConcertsPage />)],
  around: (page) => <Frame home="/">{page}</Frame>,
  notFound: () => <NotFound />,
});
