// What the auditor believes: plain lists, no indexes, nothing shared with the rules. Types of rows,
// commands and answers are the program's; everything that decides is written here once more.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/commands.h"

namespace frontrow::simulation {

enum class Stage { waiting, called, inside, left, missed, bought, expired, left_inside };

struct ModelPlace {
  UserId user;
  Stage stage = Stage::waiting;
  Time asked;        // the poll that was last asked for
  Time claim_until;  // of the called
};

struct ModelEntry {
  EntryId id;
  UserId user;
  std::size_t place = 0;  // index
  bool active = true;
  bool used = false;
  Time expires_at, bound, issued_at;
};

struct ModelSale {
  ConcertId id;
  SaleNo no = 0;
  SaleSettings rules;
  bool published = false, paused = false, closed = false;
  std::optional<std::string> message = {};
  std::string public_input = {};
  Digest secret{}, joins{};
  std::uint64_t version = 1;
  std::vector<ModelPlace> places;            // by number − 1
  std::vector<std::size_t> called_in_order;  // place indexes by rank − 1; of the drawn
  bool lobby_ended = false, drawn = false;
  std::size_t lobby_count = 0;
  std::size_t watermark = 0;
  std::int64_t tokens = 0;  // of the rate's bucket, in 1/60000 of a call
  Time tokens_at;
  std::int64_t missed = 0, admitted = 0;
  std::vector<ModelEntry> entries;
  std::vector<ShowId> shows;
  bool over = false;  // its places stayed in the store at the last restart
  // Of the last restart: what was asked of those who waited then, nobody remembers.
  Time started_at;
  std::size_t places_at_start = 0, watermark_at_start = 0;

  Time asked_until(std::size_t place) const;
  std::size_t rank_of(std::size_t place) const;  // from 1
  std::size_t place_at(std::size_t rank) const;  // index
  bool waits(std::size_t place) const;           // neither called nor gone
  std::size_t waiting() const;
  std::size_t position(std::size_t place) const;
  std::int64_t inside() const;  // active and called people
  std::int64_t active() const;
  ModelEntry* entry(EntryId entry_id);
  const ModelEntry* active_entry_of(std::size_t place) const;
  std::optional<std::size_t> newest_place(UserId user) const;
};

struct ModelSeat {
  bool blocked = false;
  std::optional<OrderId> owner = {};
};

struct ModelShow {
  ShowId id;
  ConcertId concert;
  Time starts_at;
  bool cancelled = false;
  std::vector<Section> sections;
  std::vector<ModelSeat> seats;
};

struct ModelOrder {
  OrderId id;
  ShowId show;
  ConcertId concert;
  UserId user;
  EntryId entry;
  std::vector<SeatIndex> seats;
  std::int64_t total = 0;
  OrderStatus status = OrderStatus::held;
  Time hold_expires_at;
  bool extended = false, complimentary = false;
  PaymentId payment = {};
  std::int64_t balance_after = 0;
  std::vector<IssuedTicket> tickets = {};
};

struct ModelTicket {
  OrderId order;
  std::size_t ordinal = 0;
  std::optional<Time> checked_in_at = {};
};

struct ModelWallet {
  std::int64_t balance = 0;
  std::size_t transfers = 0;
};

struct ModelKeptAnswer {
  std::array<std::uint8_t, 16> request_hash{};
  std::string body;
  Time at;
};

struct Model {
  Time now;
  Time greatest_stored;  // of the committed batches
  std::vector<ModelSale> sales;
  std::map<ShowId, ModelShow> shows;
  std::map<OrderId, ModelOrder> orders;
  std::map<TicketCode, ModelTicket> tickets;
  std::map<UserId, ModelWallet> wallets;
  std::map<std::pair<CallerId, std::string>, ModelKeptAnswer> kept;
  std::map<std::string, UserId> accounts;  // by address, without the forgotten

  ModelSale* sale(ConcertId id);
  ModelSale* sale(SaleNo no);
  SeatStatus seat_status(const ModelShow& show, SeatIndex seat) const;
  bool bookable(const ModelShow& show) const { return !show.cancelled && now < show.starts_at; }
  // Over the shows of the sale that can be booked.
  std::int64_t seats_of(const ModelSale& sale, SeatStatus status) const;
  std::int64_t seats_of_user(ConcertId concert, UserId user) const;
  Phase phase(const ModelSale& sale) const;
};

// The draw once more, from the document alone (docs/concepts/draw.md): the place indexes by rank.
std::vector<std::size_t> drawn_order(const Digest& seed, std::size_t members);
Digest sha256(std::string_view bytes);
Digest first_join_digest(ConcertId concert);
Digest next_join_digest(const Digest& before, const JoinRecord& record);

// "A-3-12" once more; empty where the show has no such seat.
std::optional<SeatIndex> seat_of_label(const std::vector<Section>& sections,
                                       const std::string& label);

}  // namespace frontrow::simulation
