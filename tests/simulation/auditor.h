// The auditor: sees each batch's commands and answers from outside, predicts them from a model of
// its own (model.h), and complains where they differ. It shares no decision with the program.
//
//   auditor.time_passed(now, tick);                 // what a batch begins with
//   auditor.judge(command, key, seen);              // each command, in the batch's order
//   auditor.compare(state);                         // seats, queues and money afterwards
#pragma once

#include <stdexcept>
#include <string>
#include <variant>

#include "domain/state.h"
#include "engine/reply.h"
#include "engine/views.h"
#include "laws/snapshot.h"
#include "model.h"

namespace frontrow::simulation {

// The program did something that the model does not explain.
class Complaint : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a caller saw. `kept` and `replayed` as with KeptReply; the answer of a replay is unknown.
struct Seen {
  std::variant<Answer, Refusal, std::monostate> what = std::monostate();
  bool kept = false, replayed = false;
  std::string body = {};
};

class Auditor {
 public:
  Model& model() { return model_; }
  const Model& model() const { return model_; }

  // The called have so much longer to come, where nodes share the store.
  void claims_last_longer(Duration by) { longer_ = by; }
  void time_passed(Time now, bool tick);
  void judge(const Command& command, const std::optional<IdempotencyKey>& key, const Seen& seen);
  // The batch is stored for good.
  void stored() { model_.greatest_stored = model_.now; }
  // The batch was undone: nothing is different but the time.
  void not_stored(Time now, const State& state);
  // The program began anew on what is stored.
  void restarted(Time clock);
  // What a poll was told that changed nothing; `asked` is when it shall come again.
  void polled(SaleNo sale, PlaceNumber number, const PlaceStatus& status, Time at);
  void asked(SaleNo sale, PlaceNumber number, Time until);

  // The program's memory, what readers see, and what is stored, against the model.
  void compare(const State& state) const;
  void compare(const Views& views) const;
  void compare(const SnapshotCounts& counts) const;

 private:
  Duration longer_;

  // Time.
  void end_holds();
  void end_lobby(ModelSale& sale);
  void end_entries(ModelSale& sale);
  void end_claims(ModelSale& sale);
  void call(ModelSale& sale, std::int64_t count);
  std::int64_t callable(const ModelSale& sale) const;
  std::int64_t tokens(const ModelSale& sale) const;

  // Commands.
  void judge(const JoinQueue&, const Seen&);
  void judge(const ClaimEntry&, const Seen&);
  void judge(const LeaveQueue&, const Seen&);
  void judge(const HoldSeats&, const Seen&);
  void judge(const CancelOrder&, const Seen&);
  void judge(const ExtendHold&, const Seen&);
  void judge(const PayOrder&, const Seen&);
  void judge(const TopUp&, const Seen&);
  void judge(const CreateConcert&, const Seen&);
  void judge(const ChangeConcert&, const Seen&);
  void judge(const PublishConcert&, const Seen&);
  void judge(const ActOnQueue&, const Seen&);
  void judge(const BlockSeats&, const Seen&);
  void judge(const RefundOrder&, const Seen&);
  void judge(const CancelShow&, const Seen&);
  void judge(const GiveSeats&, const Seen&);
  void judge(const CheckIn&, const Seen&);
  void judge(const CreateUser&, const Seen&);
  void judge(const ForgetUser&, const Seen&);
  template <class Other>
  void judge(const Other&, const Seen&) {}

  // Parts of them.
  void admit(ModelSale& sale, std::size_t place, const PlaceStatus& status);
  void check_status(const ModelSale& sale, std::size_t place, const PlaceStatus& status) const;
  std::optional<RefusalCode> entry_refusal(const EntryProof& proof, UserId user, bool used_is_fine);
  void judge_named(const HoldSeats& command, ModelShow& show, const Seen& seen,
                   const std::vector<SeatIndex>& seats);
  void judge_best(const HoldSeats& command, ModelShow& show, const Seen& seen);
  void take_hold(const HoldSeats& command, ModelShow& show, const OrderAnswer& answer);
  void prolong(ModelEntry& entry, Time hold_end);
  void check_grant(const ModelEntry& entry, const EntryGrant& grant) const;
  void end_order(ModelOrder& order, OrderStatus to);
  void extend_all(ModelSale& sale, Duration by);
  bool act(ModelSale& sale, const ActOnQueue& command, const Seen& seen);
  std::optional<std::vector<SeatIndex>> labelled(const ModelShow& show,
                                                 const std::vector<std::string>& labels) const;
  void issue(ModelOrder& order, const std::vector<IssuedTicket>& tickets);

  Model model_;
  bool changed_ = false;  // the command that is judged changed a row
};

}  // namespace frontrow::simulation
