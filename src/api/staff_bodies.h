// Reads the bodies of staff's calls into commands. Pure functions; each broken rule of the contract
// is named with the pointer of its field. The actor and the ids of the path are the caller's to
// set.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/commands.h"

namespace frontrow::api {

constexpr std::int64_t kMostSeatsAShow = 200'000;
constexpr std::int64_t kMostShows = 100;

Result<CreateConcert, Refusal> read_concert(std::string_view body);
// `now`: the settings that the change is merged into.
Result<ChangeConcert, Refusal> read_concert_change(std::string_view body, const SaleSettings& now);
Result<ActOnQueue, Refusal> read_queue_action(std::string_view body);
Result<BlockSeats, Refusal> read_seat_action(std::string_view body);
Result<GiveSeats, Refusal> read_complimentary(std::string_view body);
Result<TopUp, Refusal> read_staff_top_up(std::string_view body);
// A new staff key by the SHA-256 of its secret.
Result<CreateStaffKey, Refusal> read_staff_key(std::string_view body);
// `code` is a ticket's code, or the text of its QR code, as it was typed or scanned.
struct CheckInBody {
  std::string code;
  std::optional<ShowId> show = {};
};
Result<CheckInBody, Refusal> read_check_in(std::string_view body);
// A body that has a reason and nothing else.
Result<std::string, Refusal> read_reason(std::string_view body);
// A body that has nothing.
Result<Done, Refusal> read_nothing(std::string_view body);

// A name of the IANA time zone database: one that this machine's copy has or, where it has none,
// one that is written like one.
bool is_time_zone(std::string_view name);

}  // namespace frontrow::api
