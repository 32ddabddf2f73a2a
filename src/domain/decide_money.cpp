#include "base/check.h"
#include "base/json_writer.h"
#include "base/planted.h"
#include "domain/decide.h"

namespace frontrow {

Money transfer(State& state, UserId user, TransferKind kind, Money amount, const Uuid& id,
               OrderId order) {
  const Wallet* known = state.wallet(user);
  Wallet wallet = known ? *known : Wallet{user, {}, 0};
  wallet.balance = wallet.balance + amount;
  ++wallet.last_seq;
  const bool covered = wallet.balance >= Money{} || planted(Bug::pay_without_balance);
  FRONTROW_CHECK(covered, "wallet of {} at {}", to_text(user), wallet.balance.amount);
  state.put(wallet);
  state.add(Transfer{id, user, wallet.last_seq, kind, amount, wallet.balance, order, state.now()});
  return wallet.balance;
}

Outcome decide(State& state, const TopUp& command, const DecisionContext& context) {
  // A balance stays far below what an integer holds, whatever is added to it later.
  constexpr Money kMostInAWallet{1'000'000'000'000'000};
  const Wallet* wallet = state.wallet(command.user);
  if ((wallet ? wallet->balance : Money{}) + command.amount > kMostInAWallet)
    return refuse_field("/amount", "a wallet holds at most 1,000,000,000,000,000");
  const auto id = make_id<TopupId>(state.now(), context.random);
  const Money balance =
      transfer(state, command.user, TransferKind::top_up, command.amount, id.uuid, {});
  if (command.staff) {
    std::string detail;
    JsonWriter(detail).begin_object().key("amount").number(command.amount.amount).end_object();
    audit(state, context.random, *command.staff, "wallet.top_up", to_text(command.user),
          command.reason, std::move(detail));
  }
  return Answer(TopUpAnswer{id, command.amount, balance});
}

void audit(State& state, Random& random, const StaffActor& actor, std::string action,
           std::string target, std::string reason, std::string detail) {
  state.add(AuditEntry{make_id<AuditId>(state.now(), random), state.now(), actor.key,
                       std::move(action), std::move(target), std::move(reason), std::move(detail)});
}

}  // namespace frontrow
