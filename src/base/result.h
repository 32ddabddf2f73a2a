// Result<T, E>: a value or an error, for failures that a caller must look at. The standard's
// std::expected is not in GCC 12; this is the small part of it that the project uses.
//
//   Result<Wallet, Outage> wallet = store.load_wallet(user);
//   if (!wallet) return wallet.error();
//   use(*wallet);
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace frontrow {

// An outside part (store, disk, network) did not do its work.
struct Outage {
  std::string what;        // for the log; holds no secret and no personal data
  bool retryable = false;  // the same call may succeed later
};

struct Done {};  // the value of a Result that has nothing to say but "it worked"

template <class T, class E = Outage>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Requires: ok().
  T& value() {
    FRONTROW_CHECK(ok(), "value of a failed result");
    return std::get<0>(state_);
  }
  const T& value() const {
    FRONTROW_CHECK(ok(), "value of a failed result");
    return std::get<0>(state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Requires: !ok().
  E& error() {
    FRONTROW_CHECK(!ok(), "error of a successful result");
    return std::get<1>(state_);
  }
  const E& error() const {
    FRONTROW_CHECK(!ok(), "error of a successful result");
    return std::get<1>(state_);
  }

 private:
  std::variant<T, E> state_;
};

}  // namespace frontrow
