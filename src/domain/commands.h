// Commands: what people and the scheduler ask for, already checked in shape, not yet in substance;
// and the answers to them. Who is calling has been proved before (signatures, session, role); what
// depends on stored state is decided here and in decide.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/account.h"
#include "domain/concert.h"
#include "domain/draw.h"
#include "domain/order.h"
#include "domain/place_status.h"
#include "domain/refusal.h"
#include "domain/wallet.h"

namespace frontrow {

// An entry token whose signature, expiry and owner were found good.
struct EntryProof {
  EntryId entry;
  ConcertId concert;
};

// --- queue ---
struct JoinQueue {
  UserId user;
  ConcertId concert;
};
struct ClaimEntry {  // the poll of someone who was called
  SaleNo sale_no;
  PlaceNumber number;
  UserId user;
};
struct LeaveQueue {
  SaleNo sale_no;
  PlaceNumber number;
  UserId user;
};

// --- orders ---
struct BestAvailable {
  std::int64_t count = 0;
  std::optional<std::string> section = {};
  std::optional<Money> max_price = {};
  bool together = false;  // refuse rather than part the party
};
struct HoldSeats {
  UserId user;
  EntryProof proof;
  ShowId show;
  std::vector<std::string> labels = {};              // named seats, or
  std::optional<BestAvailable> best_available = {};  // let the program choose
};
struct CancelOrder {
  UserId user;
  OrderId order;
};
struct ExtendHold {
  UserId user;
  EntryProof proof;
  OrderId order;
};
struct PayOrder {
  UserId user;
  EntryProof proof;
  OrderId order;
};

// --- wallet ---
struct StaffActor {
  StaffKeyId key;  // nil: the command line
};
struct TopUp {
  UserId user;
  Money amount;
  std::optional<StaffActor> staff = {};  // a top-up by staff, for `reason`
  std::string reason = {};
};

// --- accounts ---
struct CreateUser {
  std::string email, email_key, name, password_hash;
};
struct CreateSession {
  Digest token_hash{};
  UserId user;
};
struct ProlongSession {
  Session session;
};
struct EndSession {
  Session session;
};
struct ForgetUser {
  StaffActor actor;
  UserId user;
  std::string reason;
};

// --- staff: the sale ---
struct NewShow {
  Time starts_at;
  std::optional<Time> doors_at = {};
  std::vector<Section> sections;
};
struct CreateConcert {
  StaffActor actor;
  std::string title, artist, venue, time_zone, description;
  SaleSettings sale;
  std::vector<NewShow> shows;
  bool published = false;
};
struct ChangeConcert {
  StaffActor actor;
  ConcertId concert;
  std::uint64_t if_version = 0;
  std::optional<std::string> title = {}, artist = {}, venue = {}, time_zone = {}, description = {};
  std::optional<SaleSettings> sale =
      {};  // whole: the caller has merged the change into the settings of `if_version`
};
struct PublishConcert {
  StaffActor actor;
  ConcertId concert;
};
enum class QueueAction : std::uint8_t { pause, resume, close, set, message, extend, public_input };
std::string_view to_text(QueueAction action);
struct ActOnQueue {
  StaffActor actor;
  ConcertId concert;
  QueueAction action = QueueAction::pause;
  std::string reason;
  std::optional<std::int64_t> capacity = {}, entries_per_minute = {}, people_per_seat = {};  // set
  std::optional<std::string> text = {};  // message (empty optional: none), public_input
  std::int64_t seconds = 0;              // extend
};

// --- staff: seats and orders ---
struct BlockSeats {
  StaffActor actor;
  ShowId show;
  bool block = true;  // or unblock
  std::vector<std::string> labels = {};
  std::optional<std::string> section = {};  // with rows from…to, instead of labels
  std::int64_t row_from = 0, row_to = 0;
  std::string reason;
};
struct RefundOrder {
  StaffActor actor;
  OrderId order;
  std::string reason;
};
struct CancelShow {
  StaffActor actor;
  ShowId show;
  std::string reason;
};
struct GiveSeats {  // complimentary tickets
  StaffActor actor;
  ShowId show;
  std::vector<std::string> labels;
  std::string name;
  std::string reason;
};
struct CheckIn {
  StaffActor actor;
  TicketCode code{};
  std::optional<ShowId> show = {};  // whose door it is; a ticket of another show stays outside
};

// --- staff: keys ---
struct CreateStaffKey {
  Digest key_hash{};
  std::string role, name;
  StaffActor actor = {};
  std::string reason = "command line";
};
struct RevokeStaffKey {
  StaffKeyId key;
  StaffActor actor = {};
  std::string reason = "command line";
};
struct AddSigningKeys {
  std::vector<SigningKeyRow> keys;  // new ones, and old ones with their `retired_at` set
};

using Command =
    std::variant<JoinQueue, ClaimEntry, LeaveQueue, HoldSeats, CancelOrder, ExtendHold, PayOrder,
                 TopUp, CreateUser, CreateSession, ProlongSession, EndSession, ForgetUser,
                 CreateConcert, ChangeConcert, PublishConcert, ActOnQueue, BlockSeats, RefundOrder,
                 CancelShow, GiveSeats, CheckIn, CreateStaffKey, RevokeStaffKey, AddSigningKeys>;

// --- answers ---
struct NoAnswer {};  // 204
struct QueueAnswer {
  PlaceStatus status;
  SaleNo sale_no = 0;
  PlaceNumber number = 0;
  UserId user;
  bool created = false;                   // a new place
  bool with_token = false;                // the answer to a join
  std::optional<JoinRecord> record = {};  // of a member of the lobby
};
struct OrderAnswer {  // held or extended
  Order order;
  std::shared_ptr<const Show> show;
  EntryGrant grant;
  Time server_time;
};
struct PaymentAnswer {
  Order order;
  std::shared_ptr<const Show> show;
  bool created = false;  // or it had been paid before
};
struct TopUpAnswer {
  TopupId id;
  Money amount, balance;
};
struct UserAnswer {
  User user;
};
struct SessionAnswer {
  Session session;
};
struct ConcertAnswer {
  std::shared_ptr<const Concert> concert;
  std::vector<std::shared_ptr<const Show>> shows;
  SaleFacts facts;
  Time server_time;
  bool created = false;
};
struct BlockAnswer {
  std::shared_ptr<const Show> show;
  std::int64_t changed = 0;
  std::int64_t available = 0;
};
struct RefundAnswer {
  RefundId id;
  OrderId order;
  Money amount;
  bool checked_in = false;
};
struct CancellationAnswer {
  std::shared_ptr<const Show> show;
  std::int64_t orders_to_refund = 0;
};
struct ComplimentaryAnswer {
  Order order;
  std::shared_ptr<const Show> show;
};
struct CheckInAnswer {
  TicketId ticket;
  std::string seat;
  Time first_checked_in_at;
  bool duplicate = false;
};
struct StaffKeyAnswer {
  StaffKey key;
};

using Answer = std::variant<NoAnswer, QueueAnswer, OrderAnswer, PaymentAnswer, TopUpAnswer,
                            UserAnswer, SessionAnswer, ConcertAnswer, BlockAnswer, RefundAnswer,
                            CancellationAnswer, ComplimentaryAnswer, CheckInAnswer, StaffKeyAnswer>;

using Outcome = std::variant<Answer, Refusal>;

}  // namespace frontrow
