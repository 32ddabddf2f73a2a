// Points: a wallet a user, and double-entry postings. A transfer has two postings that sum to zero:
// one on the user's wallet, one on a house account. Neither is ever changed; a correction is a new
// transfer.
//
//   top-up 300 000:   wallet +300 000    house `top_ups`  −300 000
//   payment 154 000:  wallet −154 000    house `sales`    +154 000
//   refund 154 000:   wallet +154 000    house `sales`    −154 000
#pragma once

#include <cstdint>
#include <string_view>

#include "base/money.h"
#include "base/time.h"
#include "base/uuid.h"

namespace frontrow {

struct Wallet {
  UserId user;
  Money balance;
  std::uint64_t last_seq = 0;  // of its newest posting
};

enum class TransferKind : std::uint8_t { top_up, payment, refund };
inline std::string_view to_text(TransferKind kind) {
  constexpr std::string_view kNames[] = {"top_up", "payment", "refund"};
  return kNames[static_cast<std::size_t>(kind)];
}

enum class HouseAccount : std::uint8_t { top_ups, sales };
inline HouseAccount house_account(TransferKind kind) {
  return kind == TransferKind::top_up ? HouseAccount::top_ups : HouseAccount::sales;
}

struct WalletPosting {
  UserId user;
  std::uint64_t seq = 0;  // from 1, without gaps, in the wallet
  Uuid transfer;          // the id of the payment, top-up or refund
  TransferKind kind = TransferKind::top_up;
  Money amount;
  Money balance_after;
  OrderId order = {};  // nil for a top-up
  Time at;
};

struct HousePosting {
  Uuid transfer;
  HouseAccount account = HouseAccount::top_ups;
  Money amount;
  Time at;
};

}  // namespace frontrow
