// Rows for tests of a store: makers that fill every field, and texts that show every field, so that
// two rows are equal where their texts are. For tests alone.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "store/store.h"

namespace frontrow::contract {

// For stores of one node, and for tests that want none.
inline NewsSink no_news;

// --- texts ---

inline std::string text(const Uuid& uuid) {
  return to_hex(view_of(uuid.bytes));
}
template <class Tag>
std::string text(const Id<Tag>& id) {
  return text(id.uuid);
}
inline std::string text(Time time) {
  return std::to_string(time.ms);
}
inline std::string text(Money money) {
  return std::to_string(money.amount);
}
inline std::string text(const std::string& value) {
  return value;
}
inline std::string text(const Digest& digest) {
  return to_hex(view_of(digest));
}
template <class Value>
std::string text(const std::optional<Value>& value) {
  return value ? text(*value) : "-";
}
template <class Enum>
int number(Enum value) {
  return static_cast<int>(value);
}

inline std::string text(const SaleSettings& sale) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {}", text(sale.opens_at),
                     text(sale.lobby_opens_at), text(sale.closes_at), sale.draw, sale.capacity,
                     sale.entries_per_minute, sale.people_per_seat, sale.entry_seconds,
                     sale.claim_seconds, sale.hold_seconds, sale.max_seats_per_user);
}
inline std::string text(const Concert& row) {
  return fmt::format("concert {} {} {}|{}|{}|{}|{} {} [{}] {} {} {} {} {} {} {} {}", text(row.id),
                     row.sale_no, row.title, row.artist, row.venue, row.time_zone, row.description,
                     row.published, text(row.sale), text(row.message), row.paused, row.closed,
                     text(row.draw_secret), text(row.member_key), row.public_input,
                     text(row.created_at), row.version);
}
inline std::string text(const Show& row) {
  std::string out = fmt::format("show {} {} {} {} {}", text(row.id), text(row.concert),
                                text(row.starts_at), text(row.doors_at), row.cancelled);
  for (const Section& section : row.sections)
    out += fmt::format(" {}:{}:{}x{}@{}", section.name, text(section.price), section.rows,
                       section.seats_per_row, section.first_seat);
  out += ' ';
  for (const bool blocked : row.blocked) out += blocked ? '1' : '0';
  return out;
}
inline std::string text(const ShowVersion& row) {
  return fmt::format("version {} {}", text(row.show), row.version);
}
inline std::string text(const Queue& row) {
  return fmt::format("queue {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", row.sale_no,
                     row.last_number, row.lobby_ended, row.lobby_count, row.drawn,
                     text(row.draw_seed), text(row.join_digest), row.called_upto,
                     text(row.called_at), text(row.bucket_at), row.bucket, row.missed, row.admitted,
                     row.extended.ms, row.version);
}
inline std::string text(const Place& row) {
  return fmt::format("place {} {} {} {} {}", row.sale_no, row.number, text(row.user),
                     number(row.state), text(row.joined_at));
}
inline std::string text(const Entry& row) {
  return fmt::format("entry {} {} {} {} {} {} {} {} {} {}", text(row.id), row.sale_no, row.number,
                     text(row.user), number(row.state), number(row.end), text(row.claimed_at),
                     text(row.expires_at), text(row.bound), text(row.issued_at));
}
inline std::string text(const Order& row) {
  std::string out = fmt::format(
      "order {} {} {} {} {} [{}] {} {} {} {} {} {} '{}' {} {} {} {} {} {}", text(row.id),
      text(row.show), text(row.concert), text(row.user), text(row.entry), fmt::join(row.seats, ","),
      text(row.total), number(row.status), text(row.created_at), text(row.hold_expires_at),
      row.extended, row.complimentary, row.note, text(row.payment), text(row.paid_at),
      text(row.balance_after), text(row.refund), text(row.ended_at), row.version);
  for (const IssuedTicket& ticket : row.tickets)
    out += fmt::format(" {}:{}", text(ticket.id), to_text(ticket.code));
  return out;
}
inline std::string text(const Ticket& row) {
  return fmt::format("ticket {} {} {} {}", to_text(row.code), text(row.order), row.ordinal,
                     text(row.checked_in_at));
}
inline std::string text(const Wallet& row) {
  return fmt::format("wallet {} {} {}", text(row.user), text(row.balance), row.last_seq);
}
inline std::string text(const Transfer& row) {
  return fmt::format("transfer {} {} {} {} {} {} {} {}", text(row.id), text(row.user), row.seq,
                     number(row.kind), text(row.amount), text(row.balance_after), text(row.order),
                     text(row.at));
}
inline std::string text(const User& row) {
  return fmt::format("user {} {} {} {} {} {} {}", text(row.id), row.email, row.email_key, row.name,
                     row.password_hash, text(row.created_at), text(row.forgotten_at));
}
inline std::string text(const Session& row) {
  return fmt::format("session {} {} {} {}", text(row.token_hash), text(row.user),
                     text(row.expires_at), row.ended);
}
inline std::string text(const StaffKey& row) {
  return fmt::format("staff {} {} {} {} {} {}", text(row.id), text(row.key_hash), row.role,
                     row.name, text(row.created_at), text(row.revoked_at));
}
inline std::string text(const SigningKeyRow& row) {
  return fmt::format("key {} {} {} {} {}", row.id, row.purpose, to_hex(row.secret),
                     text(row.signs_from), text(row.retired_at));
}
inline std::string text(const AuditEntry& row) {
  return fmt::format("audit {} {} {} {} {} {} {}", text(row.id), text(row.at), text(row.staff_key),
                     row.action, row.target, row.reason, row.detail);
}
inline std::string text(const KeptAnswer& row) {
  return fmt::format("answer {} {} {} {} {} {}", text(row.caller), row.key,
                     to_hex(view_of(row.request_hash)), row.status, row.body, text(row.at));
}

template <class Row>
std::vector<std::string> texts(const std::vector<Row>& rows) {
  std::vector<std::string> out;
  for (const Row& row : rows) out.push_back(text(row));
  return out;
}

// Writes down everything that it is given, in order.
class TextSink final : public RowSink {
 public:
  void take(const Concert& row) override { add(row); }
  void take(const Show& row) override { add(row); }
  void take(const ShowVersion& row) override { add(row); }
  void take(const Queue& row) override { add(row); }
  void take(const Place& row) override { add(row); }
  void take(const Entry& row) override { add(row); }
  void take(const Order& row) override { add(row); }
  void take(const Ticket& row) override { add(row); }
  void take(const Wallet& row) override { add(row); }
  void take(const Transfer& row) override { add(row); }
  void take(const User& row) override { add(row); }
  void take(const Session& row) override { add(row); }
  void take(const StaffKey& row) override { add(row); }
  void take(const SigningKeyRow& row) override { add(row); }
  void take(const AuditEntry& row) override { add(row); }
  void take(const KeptAnswer& row) override { add(row); }

  const std::vector<std::string>& rows() const { return rows_; }

 private:
  template <class Row>
  void add(const Row& row) {
    rows_.push_back(text(row));
  }
  std::vector<std::string> rows_;
};

// A wallet always comes with the transfer that made it what it is.
inline Wallet wallet_after(const Transfer& row) {
  return {row.user, row.balance_after, row.seq};
}
inline void add(Changes& changes, const Transfer& row) {
  changes.transfers.push_back(row);
  changes.wallets.push_back({{}, wallet_after(row)});
}

// --- makers: every field is set, with values that depend on the seed alone ---

class RowMaker {
 public:
  explicit RowMaker(std::uint64_t seed) : random_(seed) {}

  template <class IdType>
  IdType id() {
    return make_id<IdType>(time(), random_);
  }
  // Close together, so that many ids share their first bytes as they do in a real batch.
  Time time() { return {1'790'000'000'000 + static_cast<std::int64_t>(random_.below(5000))}; }
  std::int64_t amount() { return static_cast<std::int64_t>(random_.below(1'000'000)); }
  bool coin() { return random_.below(2) == 0; }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  template <std::size_t N>
  std::array<std::uint8_t, N> bytes() {
    std::array<std::uint8_t, N> out;
    random_.fill(out.data(), N);
    return out;
  }
  TicketCode code() {
    TicketCode code;
    for (char& letter : code) letter = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[below(32)];
    return code;
  }
  Uuid uuid() { return make_uuid_v7(time(), random_); }

  SaleSettings sale() {
    SaleSettings sale;
    sale.opens_at = time();
    sale.lobby_opens_at = time();
    sale.closes_at = coin() ? std::optional(time()) : std::nullopt;
    sale.draw = coin();
    for (auto* number :
         {&sale.capacity, &sale.entries_per_minute, &sale.people_per_seat, &sale.entry_seconds,
          &sale.claim_seconds, &sale.hold_seconds, &sale.max_seats_per_user})
      *number = amount();
    return sale;
  }
  Concert concert(SaleNo sale_no) {
    Concert row;
    row.id = id<ConcertId>();
    row.sale_no = sale_no;
    row.sale = sale();
    row.created_at = time();
    row.title = "봄밤의 콘서트 " + std::to_string(sale_no);
    row.artist = "가수 'O''Neil' \"; drop table concert; --";
    row.venue = "올림픽홀";
    row.time_zone = "Asia/Seoul";
    row.description.assign(3000, 'd');
    row.description += "\n\t끝";
    row.published = coin();
    row.message = coin() ? std::optional<std::string>("잠시만 기다려 주세요") : std::nullopt;
    row.paused = coin();
    row.closed = coin();
    row.draw_secret = bytes<32>();
    row.member_key = bytes<32>();
    row.public_input = "block 0000";
    row.version = below(UINT32_MAX);
    return row;
  }
  Show show(const Concert& concert) {
    Show row;
    row.id = id<ShowId>();
    row.concert = concert.id;
    row.starts_at = time();
    row.doors_at = coin() ? std::optional(time()) : std::nullopt;
    row.sections = {{"A", {154'000}, 3, 7}, {"발코니", {0}, 1, 2}, {"C", {INT64_MAX}, 10, 1}};
    number_seats(row.sections);
    row.cancelled = coin();
    if (coin())
      for (SeatIndex seat = 0; seat < seat_count(row.sections); ++seat)
        row.blocked.push_back(coin());
    return row;
  }
  Queue queue(SaleNo sale_no) {
    return {.sale_no = sale_no,
            .last_number = static_cast<PlaceNumber>(below(UINT32_MAX)),
            .lobby_ended = coin(),
            .lobby_count = static_cast<PlaceNumber>(below(UINT32_MAX)),
            .drawn = coin(),
            .draw_seed = bytes<32>(),
            .join_digest = bytes<32>(),
            .called_upto = static_cast<Rank>(below(UINT32_MAX)),
            .called_at = time(),
            .bucket_at = time(),
            .bucket = -amount(),
            .missed = amount(),
            .admitted = amount(),
            .extended = Duration{amount()},
            .version = below(1'000'000)};
  }
  Place place(SaleNo sale_no, PlaceNumber number) {
    return {sale_no, number, id<UserId>(), static_cast<PlaceState>(below(3)), time()};
  }
  Entry entry(SaleNo sale_no, PlaceNumber number) {
    Entry row;
    row.id = id<EntryId>();
    row.sale_no = sale_no;
    row.number = number;
    row.user = id<UserId>();
    row.state = static_cast<EntryState>(below(3));
    row.end = static_cast<EntryEnd>(below(5));
    row.claimed_at = time();
    row.expires_at = time();
    row.bound = time();
    row.issued_at = time();
    return row;
  }
  Order held_order(const Show& show, UserId user) {
    Order row;
    row.id = id<OrderId>();
    row.show = show.id;
    row.concert = show.concert;
    row.user = user;
    row.entry = id<EntryId>();
    for (std::uint64_t i = 0; i <= below(4); ++i)
      row.seats.push_back(static_cast<SeatIndex>(below(300)));
    row.total = {amount()};
    row.created_at = time();
    row.hold_expires_at = time();
    row.extended = coin();
    row.version = below(1000);
    return row;
  }
  void pay(Order& row) {
    row.status = OrderStatus::paid;
    row.payment = id<PaymentId>();
    row.paid_at = time();
    row.balance_after = {amount()};
    row.tickets.clear();
    for (std::size_t i = 0; i < row.seats.size(); ++i)
      row.tickets.push_back({id<TicketId>(), code()});
    ++row.version;
  }
  void end(Order& row, OrderStatus status) {
    row.status = status;
    row.refund = status == OrderStatus::refunded ? id<RefundId>() : RefundId{};
    row.ended_at = time();
    ++row.version;
  }
  Transfer transfer(UserId user, std::uint64_t seq) {
    return {.id = uuid(),
            .user = user,
            .seq = seq,
            .kind = static_cast<TransferKind>(below(3)),
            .amount = {-amount()},
            .balance_after = {amount()},
            .order = coin() ? id<OrderId>() : OrderId{},
            .at = time()};
  }
  User user(const std::string& email) {
    return {.id = id<UserId>(),
            .email = "Upper." + email,
            .email_key = email,
            .name = "김하늘 😀",
            .password_hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
            .created_at = time(),
            .forgotten_at = coin() ? std::optional(time()) : std::nullopt};
  }
  Session session(UserId user) { return {bytes<32>(), user, time(), coin()}; }
  StaffKey staff_key() {
    return {.id = id<StaffKeyId>(),
            .key_hash = bytes<32>(),
            .role = "manager",
            .name = "매니저",
            .created_at = time(),
            .revoked_at = coin() ? std::optional(time()) : std::nullopt};
  }
  SigningKeyRow signing_key(const std::string& name) {
    const auto secret = bytes<64>();
    return {.id = name,
            .purpose = "entry",
            .secret = std::string(view_of(secret)),
            .signs_from = time(),
            .retired_at = coin() ? std::optional(time()) : std::nullopt};
  }
  AuditEntry audit_entry() {
    return {.id = id<AuditId>(),
            .at = time(),
            .staff_key = id<StaffKeyId>(),
            .action = "queue.pause",
            .target = "concert_1",
            .reason = "조명 고장",
            .detail = "{\"capacity\":5}"};
  }
  KeptAnswer kept_answer(const std::string& key) {
    return {.caller = uuid(),
            .key = key,
            .request_hash = bytes<16>(),
            .status = 201,
            .body = "{\"order_id\":\"…\"}" + std::string(below(3000), 'b'),
            .at = time()};
  }

 private:
  SeededRandom random_;
};

}  // namespace frontrow::contract
