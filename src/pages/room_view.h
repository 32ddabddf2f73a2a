// What the waiting room's page says, from the contract's answers. Pure; any thread.
// web/src/room/facts.ts says the same for a page that goes on by itself; both fill
// web/src/room/room.html.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "pages/template.h"

namespace frontrow::pages {

struct RoomAnswers {
  boost::json::value concert;                // GET /v1/concerts/{concert_id}
  std::optional<boost::json::value> status;  // of the place, where there is one in this queue
  std::optional<boost::json::value> queue;   // GET /v1/concerts/{concert_id}/queue
  bool is_busy = false;                      // the status could not be had now
};

struct RoomView {
  Values values;
  Flags flags;
};

// "1,204"
std::string with_commas(std::int64_t number);

// Fields that are missing in an answer count as none.
RoomView describe_room(const RoomAnswers& answers);

}  // namespace frontrow::pages
