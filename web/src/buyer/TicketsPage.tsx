// One's tickets, each with the code that opens the door; they print one below the other.
import type { Ticket } from "../../generated/api";
import { call } from "../shared/api";
import { dateTimeAt } from "../shared/format";
import { useTitle } from "../shared/title";
import { saveCalendar } from "./calendar";
import { Paged } from "./paging";
import { labelName } from "../seats/names";
import { t } from "./words";

const kStatus: Record<Ticket["status"], { words: () => string; tone: string }> = {
  valid: { words: () => t("ticket.valid"), tone: "good" },
  checked_in: { words: () => t("ticket.checked_in"), tone: "" },
  void: { words: () => t("ticket.void"), tone: "bad" },
};

function TicketCard({ ticket }: { ticket: Ticket }) {
  const seat = labelName(ticket.seat);
  const { words, tone } = kStatus[ticket.status];
  const keep = (): void =>
    saveCalendar({ uid: ticket.ticket_id, title: ticket.concert_title, venue: ticket.venue, startsAt: ticket.starts_at, about: seat });
  return (
    <li class="card ticket">
      <div class="stack tight">
        <h2>{ticket.concert_title}</h2>
        <p>{ticket.artist}</p>
        <p>
          <time dateTime={ticket.starts_at}>{dateTimeAt(ticket.starts_at, ticket.time_zone)}</time>
        </p>
        <p class="soft">{ticket.venue}</p>
        <p class="large">{seat}</p>
        <p>
          <span class={`tag ${tone}`}>{words()}</span>
        </p>
        <p class="no-print">
          <button type="button" class="button quiet" onClick={keep}>
            {t("receipt.calendar")}
          </button>
        </p>
      </div>
      {ticket.status !== "void" && (
        <figure>
          <img class="qr" src={`/v1/tickets/${ticket.ticket_id}/qr.svg`} alt={t("ticket.qr", { seat })} width="180" height="180" />
          <figcaption class="code">{ticket.code}</figcaption>
        </figure>
      )}
    </li>
  );
}

export function TicketsPage() {
  useTitle(t("nav.tickets"));
  return (
    <div class="stack">
      <div class="row apart">
        <h1>{t("nav.tickets")}</h1>
        <button type="button" class="button no-print" onClick={() => print()}>
          {t("receipt.print")}
        </button>
      </div>
      <Paged
        name="tickets"
        none={t("tickets.none")}
        load={(cursor) => call("GET /v1/tickets", { query: { cursor } })}
        show={(ticket: Ticket) => <TicketCard key={ticket.ticket_id} ticket={ticket} />}
      />
    </div>
  );
}
