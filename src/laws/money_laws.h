// The laws of points: transfers, wallets, and what payments pay for.
#pragma once

#include "laws/law.h"

namespace frontrow {

// That its two sides sum to zero needs no law: they are one number.
class TransfersFitTheirKind final : public Law {
 public:
  std::string_view name() const override {
    return "A transfer has an id of its own and moves points the way of its kind";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;

 private:
  boost::unordered_flat_set<Uuid, UuidHash> ids_;  // of the batch
};

class WalletsAreTheirTransfers final : public Law {
 public:
  std::string_view name() const override {
    return "A wallet's balance is its transfers' sum and never below zero";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;

 private:
  struct Running {
    Money balance, final_balance;
    std::uint64_t seq = 0, final_seq = 0;
  };
  FlatMap<UserId, Running> batch_;
};

class PaymentsPayOneOrder final : public Law {
 public:
  std::string_view name() const override {
    return "A payment pays exactly one order in full, with a ticket for each seat";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;

 private:
  std::optional<Breach> look_at(const Change<Order>& change);
  std::optional<Breach> spend(const Order& order, const Uuid& id, TransferKind kind, Money amount);
  bool has_its_tickets(const Order& order) const;

  boost::unordered_flat_map<Uuid, const Transfer*, UuidHash> unspent_;
  boost::unordered_flat_map<std::string_view, const Ticket*> tickets_;
};

}  // namespace frontrow
