// The laws of points: postings, wallets, and what payments pay for.
#pragma once

#include "laws/law.h"

namespace frontrow {

class PostingsSumToZero final : public Law {
 public:
  std::string_view name() const override {
    return "Each transfer has two postings, which sum to zero";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;

 private:
  boost::unordered_flat_map<Uuid, const HousePosting*, UuidHash> house_;  // empty between batches
};

class WalletsAreTheirPostings final : public Law {
 public:
  std::string_view name() const override {
    return "A wallet's balance is its postings' sum and never below zero";
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
  std::optional<Breach> spend(const Order& order, const Uuid& transfer, TransferKind kind,
                              Money amount);
  bool has_its_tickets(const Order& order) const;

  boost::unordered_flat_map<Uuid, const WalletPosting*, UuidHash> unspent_;
  boost::unordered_flat_map<std::string_view, const Ticket*> tickets_;
};

}  // namespace frontrow
