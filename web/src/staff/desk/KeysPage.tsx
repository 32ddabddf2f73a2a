// Staff keys: who has one, a new one, and the end of one.
import { useState } from "preact/hooks";
import type { StaffKey } from "../../../generated/api";
import { newKey } from "../../shared/api";
import { dateTime, ownZone } from "../../shared/format";
import { useTitle } from "../../shared/title";
import { hashOf } from "../gate/list";
import { Dialog } from "../parts/Dialog";
import { SelectField, TextField } from "../parts/fields";
import { roleWords } from "../parts/roles";
import { Table, type Column } from "../parts/Table";
import { ask, me, signOut, type Role } from "../session";
import { t } from "./desk.words";
import { t as words } from "../words";

const kSecretBytes = 32;

/** "frs_" and 256 random bits in base64url: made here, so that nobody else ever has it. */
function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(kSecretBytes));
  const text = btoa(String.fromCharCode(...bytes));
  return `frs_${text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
}

interface Made {
  name: string;
  secret: string;
}

function NewKeyDialog({ close, done }: { close: () => void; done: (made: Made) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("gate");
  const [secret] = useState(newSecret);
  const [key] = useState(newKey);
  const make = async (reason: string): Promise<void> => {
    await ask("POST /v1/staff/keys", { body: { role, name: name.trim(), key_hash: await hashOf(secret), reason }, key });
    done({ name: name.trim(), secret });
  };
  return (
    <Dialog title={t("keys.new")} act={t("keys.make")} run={make} close={close}>
      <TextField name="key-name" label={t("keys.name")} hint={t("keys.name_hint")} value={name} onText={setName} autocomplete="off" />
      <SelectField name="key-role" label={t("keys.role")} hint={roleWords[role].about()} value={role} onPick={(value) => setRole(value as Role)} choices={(Object.keys(roleWords) as Role[]).map((one) => ({ value: one, words: roleWords[one].name() }))} />
    </Dialog>
  );
}

function Shown({ made, hide }: { made: Made; hide: () => void }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <section class="note good stack" aria-labelledby="made">
      <h2 id="made">{t("keys.made_title", { name: made.name })}</h2>
      <p>{t("keys.made_about")}</p>
      <p>
        <code class="secret breaks">{made.secret}</code>
      </p>
      <div class="row">
        <button type="button" class="button" onClick={() => void navigator.clipboard.writeText(made.secret).then(() => setCopied(true))}>
          {t("keys.copy")}
        </button>
        <button type="button" class="button" onClick={hide}>
          {t("keys.hide")}
        </button>
        <span role="status">{isCopied && t("keys.copied")}</span>
      </div>
    </section>
  );
}

function RevokeDialog({ item, close, done }: { item: StaffKey; close: () => void; done: () => void }) {
  const isOwn = item.staff_key_id === me.value?.staff_key_id;
  const revoke = async (reason: string): Promise<void> => {
    await ask("DELETE /v1/staff/keys/{staff_key_id}", { path: { staff_key_id: item.staff_key_id }, body: { reason } });
    isOwn ? signOut() : done();
  };
  return (
    <Dialog title={t("keys.revoke_one", { name: item.name })} act={t("keys.revoke")} isBad run={revoke} close={close}>
      <p>{t("keys.revoke_about")}</p>
      {isOwn && <p class="note warn">{t("keys.revoke_own")}</p>}
    </Dialog>
  );
}

function columns(revoke: (item: StaffKey) => void): Column<StaffKey>[] {
  return [
    { title: t("keys.name"), show: (one) => <><b>{one.name || one.staff_key_id.slice(-8)}</b> {one.staff_key_id === me.value?.staff_key_id && <span class="tag accent">{t("keys.yours")}</span>}</>, text: (one) => one.name },
    { title: t("keys.role"), show: (one) => roleWords[one.role].name(), text: (one) => one.role },
    { title: t("keys.made"), show: (one) => dateTime(one.created_at, ownZone), text: (one) => one.created_at },
    {
      title: t("keys.revoked"),
      show: (one) =>
        one.revoked_at ? (
          dateTime(one.revoked_at, ownZone)
        ) : (
          <button type="button" class="button" aria-label={t("keys.revoke_one", { name: one.name })} onClick={() => revoke(one)}>
            {t("keys.revoke")}
          </button>
        ),
      text: (one) => one.revoked_at,
    },
    { title: t("keys.id"), isFileOnly: true, show: () => null, text: (one) => one.staff_key_id },
  ];
}

export function KeysPage() {
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState<Made | undefined>(undefined);
  const [revoked, setRevoked] = useState<StaffKey | undefined>(undefined);
  const [round, setRound] = useState(0);
  const again = (): void => setRound((before) => before + 1);
  useTitle(words("nav.keys"));
  return (
    <div class="stack">
      <div class="row apart">
        <h1>{words("nav.keys")}</h1>
        <button type="button" class="button primary" disabled={!isSecureContext} onClick={() => setNew(true)}>
          {t("keys.new")}
        </button>
      </div>
      {!isSecureContext && <p class="note warn">{t("keys.insecure")}</p>}
      {made && <Shown made={made} hide={() => setMade(undefined)} />}
      <Table name="staff-keys" caption={words("nav.keys")} columns={columns(setRevoked)} asked={String(round)} load={(page) => ask("GET /v1/staff/keys", { query: { ...page } })} none={t("keys.none")} rowKey={(one) => one.staff_key_id} />
      {isNew && (
        <NewKeyDialog
          close={() => setNew(false)}
          done={(one) => {
            setMade(one);
            again();
          }}
        />
      )}
      {revoked && <RevokeDialog item={revoked} close={() => setRevoked(undefined)} done={again} />}
    </div>
  );
}
