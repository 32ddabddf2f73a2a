// The staff's pages: the table of addresses.
import "../shared/tokens.css";
import "../shared/base.css";
import { Frame } from "../shared/Frame";
import { mount } from "../shared/mount";
import { route } from "../shared/route";
import { t } from "./words";

mount({
  routes: [route("/staff/", () => <h1>{t("staff.label")}</h1>)],
  around: (page) => (
    <Frame home="/staff/" label={t("staff.label")}>
      {page}
    </Frame>
  ),
  notFound: () => <p>{t("staff.welcome")}</p>,
});
