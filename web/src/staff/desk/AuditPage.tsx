// Who did what, when and why.
import type { AuditEntry } from "../../../generated/api";
import { dateTime, ownZone } from "../../shared/format";
import { useTitle } from "../../shared/title";
import { Table, type Column } from "../parts/Table";
import { ask } from "../session";
import { t } from "./desk.words";
import { t as words } from "../words";

function detailOf(entry: AuditEntry): string {
  const detail = JSON.stringify(entry.detail ?? {});
  return detail === "{}" ? "" : detail;
}

function columns(): Column<AuditEntry>[] {
  return [
    { title: t("audit.at"), show: (one) => dateTime(one.at, ownZone), text: (one) => one.at },
    { title: t("audit.who"), show: (one) => one.staff_name || (one.staff_key_id ? one.staff_key_id.slice(-8) : t("audit.command_line")), text: (one) => one.staff_name || one.staff_key_id || t("audit.command_line") },
    { title: t("audit.action"), show: (one) => <span class="mono">{one.action}</span>, text: (one) => one.action },
    { title: t("audit.reason"), show: (one) => one.reason, text: (one) => one.reason },
    { title: t("audit.target"), show: (one) => <span class="mono small breaks">{one.target}</span>, text: (one) => one.target },
    { title: t("audit.detail"), show: (one) => <span class="mono small breaks">{detailOf(one)}</span>, text: detailOf },
  ];
}

export function AuditPage() {
  useTitle(words("nav.audit"));
  return (
    <div class="stack">
      <h1>{words("nav.audit")}</h1>
      <Table name="audit" caption={words("nav.audit")} columns={columns()} load={(page) => ask("GET /v1/staff/audit", { query: { ...page } })} none={t("audit.none")} rowKey={(one) => one.audit_id} />
    </div>
  );
}
