// Points: a wallet a user, and transfers between wallets and the house. A transfer is one row with
// two sides: the wallet's, and that of the house account which its kind names. What one side gains
// the other loses. A transfer is never changed; a correction is a new one.
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
  std::uint64_t last_seq = 0;  // of its newest transfer
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

// Whether an amount moves the way of its kind. A free order is paid and refunded with nothing.
inline bool fits(TransferKind kind, Money amount) {
  if (kind == TransferKind::top_up) return amount > Money{};
  return kind == TransferKind::payment ? amount <= Money{} : amount >= Money{};
}

struct Transfer {
  Uuid id;  // of the payment, top-up or refund
  UserId user;
  std::uint64_t seq = 0;  // from 1, without gaps, in the wallet
  TransferKind kind = TransferKind::top_up;
  Money amount;  // as the wallet sees it
  Money balance_after;
  OrderId order = {};  // nil for a top-up
  Time at;
};

}  // namespace frontrow
