// What was asked and what was answered: every call of every actor, 28 bytes each, and one fact for
// each order that was seen. One history for each event loop; only that loop writes, and the checker
// reads when the loop has ended. Calls go to a file, so that a long run costs disk and not memory.
//
//   History history(folder / "calls-0");
//   history.add(call);
//   history.flush();
//   history.for_each([&](const Call& call) { … });
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "rehearsal/answer.h"
#include "rehearsal/nodes.h"

namespace frontrow::rehearsal {

inline constexpr std::uint32_t kNever = UINT32_MAX;
inline constexpr std::uint32_t kNoOrder = UINT32_MAX;
inline constexpr std::int32_t kNoTime = INT32_MIN;

// What was unusual about a call.
enum CallFlag : std::uint8_t {
  kRepeat = 1,      // the same call with the same key once more
  kForged = 2,      // with a token that nobody issued
  kBorrowed = 4,    // with the entry of another account
  kNoEntry = 8,     // without an entry
  kUsedEntry = 16,  // with an entry that a payment has used up
  kGreedy = 32,     // beyond the limit of seats
  kReplayed = 64,   // the answer said that it is a kept one
};

// Times are milliseconds since the start of the run, by the crowd's clock; `server_ms` is the
// answer's server_time on the same scale by the server's clock.
struct Call {
  std::uint32_t actor = 0;
  std::uint32_t sent_ms = 0;
  std::int32_t server_ms = kNoTime;
  std::uint32_t value = 0;  // position; amount; index of the order; end of the entry (server's)
  std::uint32_t rank = 0;   // after a draw, for its members
  std::uint16_t took_ms = 0;
  std::uint16_t attempt = 0;  // the same for calls with the same key
  Action action : 4 = Action::poll;
  std::uint8_t node : 4 = 0;  // that was asked
  Outcome outcome = Outcome::ok;
  PlaceStatus status = PlaceStatus::none;
  std::uint8_t flags = 0;

  std::uint32_t answered_ms() const { return sent_ms + took_ms; }
};
static_assert(sizeof(Call) == 28 && kActions <= 16 && kNodesMax <= 16);

inline constexpr std::size_t kSeatsMax = 8;  // of an order; people ask for no more

struct OrderFact {
  OrderId id;
  std::uint32_t actor = 0;
  std::uint16_t attempt = 0;
  std::uint8_t flags = 0;
  std::uint8_t seat_count = 0;
  std::array<std::uint32_t, kSeatsMax> seats{};  // of SeatNames
  std::uint32_t total = 0;
  std::int32_t held_ms = 0;                // the server's time of the answer
  std::int32_t expires_ms = 0;             // as shown, by the server's clock
  std::int32_t entry_expires_ms = 0;       // as known when the hold was asked for
  std::uint32_t ended_sent_ms = kNever;    // when it was given back, or its owner left
  std::uint32_t pay_sent_ms = kNever;      // the first time
  std::uint32_t pay_answered_ms = kNever;  // acknowledged
};

class History {
 public:
  // In memory where `file` is empty.
  explicit History(std::filesystem::path file = {});

  void add(const Call& call);
  std::uint32_t add_order(const OrderFact& fact);
  OrderFact& order(std::uint32_t index) { return orders_[index]; }
  const std::vector<OrderFact>& orders() const { return orders_; }
  void add_ticket_code(std::string_view code);
  const std::vector<std::uint64_t>& ticket_codes() const { return ticket_codes_; }

  // What was added so far is read from here on. False: as is_whole().
  bool flush();
  // False: the disk did not take all of it, now or ever before. Nothing can be proved from a part.
  bool is_whole() const { return file_.empty() || out_.good(); }
  std::uint64_t size() const { return size_; }
  // In the order of the answers. Requires: flush() after the last add.
  void for_each(const std::function<void(const Call&)>& visit) const;

 private:
  std::filesystem::path file_;
  std::ofstream out_;
  std::vector<Call> buffer_;
  std::vector<OrderFact> orders_;
  std::vector<std::uint64_t> ticket_codes_;  // fingerprints
  std::uint64_t size_ = 0;
};

}  // namespace frontrow::rehearsal
