// A question before something is done: a reason that goes into the log, and where there is no way back, a word to type.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../../shared/problem";
import { problemText } from "../../shared/problem.words";
import { useDoing } from "../../shared/doing";
import { AreaField, TextField } from "./fields";
import { t } from "../words";

/** Which fields the server refused, as it says it. */
function faultsOf(error: unknown): string[] {
  return error instanceof Refused ? (error.body.errors ?? []).map((one) => `${one.pointer.slice(1)}: ${one.message}`) : [];
}

interface DialogProps {
  title: string;
  /** The words of the button that does it. */
  act: string;
  isBad?: boolean;
  /** To be typed before it is done. */
  typed?: string | undefined;
  hasReason?: boolean;
  children?: ComponentChildren;
  run: (reason: string) => Promise<unknown>;
  close: () => void;
}

export function Dialog({ title, act, isBad, typed, hasReason = true, children, run, close }: DialogProps) {
  const place = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [word, setWord] = useState("");
  const [isTried, setTried] = useState(false);
  const doing = useDoing();
  useEffect(() => {
    const opener = document.activeElement;
    place.current?.showModal();
    return () => opener instanceof HTMLElement && opener.isConnected && opener.focus();
  }, []);
  const wrongWord = typed !== undefined && word.trim().toLowerCase() !== typed.toLowerCase();
  const noReason = hasReason && !reason.trim();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrongWord || noReason) return;
    doing.act(async () => {
      await run(reason.trim());
      close();
    });
  };
  return (
    <dialog ref={place} class="ask" aria-labelledby="ask-title" onClose={close} onCancel={close}>
      <form class="stack" onSubmit={submit} noValidate>
        <h2 id="ask-title">{title}</h2>
        {children}
        {hasReason && (
          <AreaField name="ask-reason" label={t("dialog.reason")} hint={t("dialog.reason_hint")} rows={2} value={reason} onText={setReason} fault={isTried && noReason ? t("dialog.needed") : undefined} />
        )}
        {typed !== undefined && (
          <TextField name="ask-word" label={t("dialog.type", { word: typed })} value={word} onText={setWord} autocomplete="off" autocapitalize="off" spellcheck={false} fault={isTried && wrongWord ? t("dialog.type_fault", { word: typed }) : undefined} />
        )}
        {doing.error !== undefined && (
          <p class="note bad" role="alert">
            {problemText(doing.error)}
            {faultsOf(doing.error).map((one) => (
              <span key={one} class="block small">
                {one}
              </span>
            ))}
          </p>
        )}
        <div class="row">
          <button class={`button ${isBad ? "danger" : "primary"}`} disabled={doing.busy}>
            {act}
          </button>
          <button type="button" class="button" onClick={close}>
            {t("dialog.cancel")}
          </button>
        </div>
      </form>
    </dialog>
  );
}
