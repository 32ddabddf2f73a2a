// Buyers, staff and bots: what anybody might ask for next, sensible or not, with and without
// idempotency keys, and again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/reply.h"
#include "model.h"

namespace frontrow::simulation {

struct Act {
  Command command;
  std::optional<IdempotencyKey> key = {};
};

class People {
 public:
  People(const Model& model, Random& random);

  Act next();
  Command new_concert(bool lobby);
  // How far the clock moves before the next batch; may be negative.
  Duration pause();
  // A place to poll, where there is any.
  std::optional<std::pair<SaleNo, PlaceNumber>> any_place();

  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }

 private:
  Command any_command();
  Command queue_command();
  Command order_command();
  Command staff_command();
  Command account_command();
  Command hold();
  Command change_concert();
  Command action();
  const ModelSale& any_sale();
  const ModelShow* any_show();
  const ModelOrder* any_order(bool live);
  ConcertId concert_or_nonsense();
  ShowId show_or_nonsense();
  // Somebody's entry, mostly one that lives.
  struct Proof {
    UserId user;
    EntryProof proof;
  };
  Proof any_proof(std::optional<UserId> user);
  std::string any_label(const ModelShow& show);
  UserId any_user() { return users_[below(users_.size())]; }
  std::optional<IdempotencyKey> any_key(const Command& command);

  const Model& model_;
  Random& random_;
  std::vector<UserId> users_;
  std::vector<Act> done_;  // the last ones, for retries
  std::uint64_t next_key_ = 1;
};

}  // namespace frontrow::simulation
