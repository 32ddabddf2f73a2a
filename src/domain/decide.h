// The rules. A decision is a pure function of the state, the command and the batch's time: it
// either refuses, and then has changed nothing, or answers, and then has put the changed rows.
//
// The order in which refusals are given is the contract's: entry, existence, shape, state of the
// order, time, the user's limit, seats, money.
#pragma once

#include "base/random.h"
#include "domain/commands.h"
#include "domain/state.h"

namespace frontrow {

// What the server last asked of a waiting person: when to poll again. Claim time counts from it
// where it is later than the call.
class AskedPolls {
 public:
  virtual ~AskedPolls() = default;
  virtual Time asked_until(SaleNo sale, PlaceNumber number) const = 0;  // Time{0}: nothing asked
};

struct DecisionContext {
  Random& random;  // ids, ticket codes, secrets of a draw
  const AskedPolls& asked;
};

// Ends what is over at state.now(): lobbies (with their draws), claims, holds, entries. Each batch
// begins with it, so that no command sees a hold or an entry beyond its end.
void advance(State& state, const DecisionContext& context);

// Calls as many people as capacity, rate and stock allow. A tick of 100 ms does it.
void call_people(State& state);

Outcome decide(State& state, const Command& command, const DecisionContext& context);

// --- one function a command; decide() picks by type ---
Outcome decide(State&, const JoinQueue&, const DecisionContext&);
Outcome decide(State&, const ClaimEntry&, const DecisionContext&);
Outcome decide(State&, const LeaveQueue&, const DecisionContext&);
Outcome decide(State&, const HoldSeats&, const DecisionContext&);
Outcome decide(State&, const CancelOrder&, const DecisionContext&);
Outcome decide(State&, const ExtendHold&, const DecisionContext&);
Outcome decide(State&, const PayOrder&, const DecisionContext&);
Outcome decide(State&, const TopUp&, const DecisionContext&);
Outcome decide(State&, const CreateUser&, const DecisionContext&);
Outcome decide(State&, const CreateSession&, const DecisionContext&);
Outcome decide(State&, const ProlongSession&, const DecisionContext&);
Outcome decide(State&, const EndSession&, const DecisionContext&);
Outcome decide(State&, const ForgetUser&, const DecisionContext&);
Outcome decide(State&, const CreateConcert&, const DecisionContext&);
Outcome decide(State&, const ChangeConcert&, const DecisionContext&);
Outcome decide(State&, const PublishConcert&, const DecisionContext&);
Outcome decide(State&, const ActOnQueue&, const DecisionContext&);
Outcome decide(State&, const BlockSeats&, const DecisionContext&);
Outcome decide(State&, const RefundOrder&, const DecisionContext&);
Outcome decide(State&, const CancelShow&, const DecisionContext&);
Outcome decide(State&, const GiveSeats&, const DecisionContext&);
Outcome decide(State&, const CheckIn&, const DecisionContext&);
Outcome decide(State&, const CreateStaffKey&, const DecisionContext&);
Outcome decide(State&, const RevokeStaffKey&, const DecisionContext&);
Outcome decide(State&, const AddSigningKeys&, const DecisionContext&);

// --- shared by several decisions ---

// The rate's bucket as of now, in 1/60000 of a call: refilled since `bucket_at` up to one second's
// worth, at least one call.
constexpr std::int64_t kCallUnits = 60'000;
std::int64_t bucket_now(const SaleState& sale, Time now);

// The entry behind a proof, or the refusal that applies. A payment also takes a used-up entry.
struct EntryFinding {
  SaleState* sale = nullptr;
  const Entry* entry = nullptr;
  std::optional<RefusalCode> refusal = {};
};
EntryFinding find_entry(State& state, const EntryProof& proof, UserId user, bool used_is_fine);

// Ends an entry. Its holds are cancelled by the caller where they must be.
void end_entry(State& state, Entry entry, EntryState to, EntryEnd end);
void cancel_holds_of(State& state, SaleState& sale, EntryId entry);
void move_order(State& state, Order order, OrderStatus to);
std::vector<IssuedTicket> issue_tickets(State& state, const Order& order, Random& random);

// Moves points between a user's wallet and the house: `amount` is what the wallet gains.
// Requires: the balance stays >= 0. Gives the new balance.
Money transfer(State& state, UserId user, TransferKind kind, Money amount, const Uuid& id,
               OrderId order);

void audit(State& state, Random& random, const StaffActor& actor, std::string action,
           std::string target, std::string reason, std::string detail = "{}");

}  // namespace frontrow
