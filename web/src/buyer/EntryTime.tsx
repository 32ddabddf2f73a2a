// How long the entry lasts, for those who choose seats.
import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import { Countdown } from "./Countdown";
import { t } from "./words";

/** Asks for the status of the place: for somebody inside it changes nothing, and says until when. */
export function useEntryEnd(concert: string): string | undefined {
  const [end, setEnd] = useState<string>();
  useEffect(() => {
    call("GET /v1/queue-tokens/current", { concert }).then(
      (status) => {
        if (status.status === "admitted") setEnd(status.expires_at);
      },
      () => {}, // shown only where it is known
    );
  }, [concert]);
  return end;
}

export function EntryTime({ concert }: { concert: string }) {
  const end = useEntryEnd(concert);
  if (!end) return null;
  return (
    <p class="entry-time">
      {t("entry.left")} <Countdown until={end} />
    </p>
  );
}
