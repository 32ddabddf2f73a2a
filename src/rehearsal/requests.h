// The text of the calls that people make (HTTP/1.1, keep-alive).
#pragma once

#include <string>

#include "rehearsal/actor.h"
#include "rehearsal/bearer.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

// One call, as the script asks for it.
struct Request {
  std::uint32_t actor = 0;
  Action action = Action::poll;
  std::uint8_t flags = 0;
  std::uint16_t attempt = 0;
  std::string text = {};  // already written, where it is not empty
};

class Requests {
 public:
  explicit Requests(const Plan& plan);

  // Replaces `out`. `visit` is null for who is outside; `lent_entry` is what kBorrowed uses.
  // Requires: a visit for shows, seats, hold, pay and cancel.
  void write(std::string& out, const Request& request, const Actor& actor, const Visit* visit,
             const std::string& lent_entry) const;

  // How many points this actor tops up: what the party costs, or what a refused payment lacked.
  std::int64_t top_up_amount(const Actor& actor, std::uint32_t index, const Visit* visit) const;

  const Bearer& bearer() const { return bearer_; }

 private:
  void begin(std::string& out, std::string_view method, std::string_view path) const;
  void authorize(std::string& out, std::uint32_t actor) const;
  void add_key(std::string& out, const Request& request) const;
  static void add_queue_token(std::string& out, const Actor& actor, const Request& request);
  static void add_entry(std::string& out, const Visit& visit, const Request& request,
                        const std::string& lent_entry);
  static void add_body(std::string& out, std::string_view body);
  void write_top_up(std::string& out, const Request& request, const Actor& actor,
                    const Visit* visit) const;
  static std::string hold_body(const Visit& visit, std::uint8_t flags);

  const Plan& plan_;
  const Bearer bearer_;
  std::string end_of_line_;  // " HTTP/1.1", the host
};

}  // namespace frontrow::rehearsal
