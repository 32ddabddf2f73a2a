#include "rehearsal/requests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "base/encoding.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::string_view kEnd = "\r\n";

// A token of the right shape that nobody has signed: one character is another, in turn one of what
// the token says, and one of its signature.
void forge(std::string& out, std::size_t from, const Request& request) {
  const std::size_t eighth = (request.actor + request.attempt) % 2 == 0 ? 2 : 7;
  char& c = out[from + (out.size() - from) * eighth / 8];
  c = c == 'A' ? 'B' : 'A';
}

}  // namespace

Requests::Requests(const Plan& plan)
    : plan_(plan),
      bearer_(plan.target),
      end_of_line_(fmt::format(" HTTP/1.1\r\nHost: {}\r\n", to_text(plan.target.nodes.front()))) {}

void Requests::begin(std::string& out, std::string_view method, std::string_view path) const {
  out.append(method).append(1, ' ').append(path).append(end_of_line_);
}

void Requests::authorize(std::string& out, std::uint32_t actor) const {
  out += "Authorization: Bearer ";
  bearer_.append_token(out, plan_.people.account_of(actor));
  out += kEnd;
}

void Requests::add_key(std::string& out, const Request& request) const {
  fmt::format_to(std::back_inserter(out), "Idempotency-Key: {}-{}-{}\r\n", plan_.target.run,
                 request.actor, request.attempt);
}

void Requests::add_queue_token(std::string& out, const Actor& actor, const Request& request) {
  out += "Queue-Token: ";
  const std::size_t start = out.size();
  out += to_base64url(view_of(actor.queue_token));
  if (request.flags & kForged) forge(out, start, request);
  out += kEnd;
}

void Requests::add_entry(std::string& out, const Visit& visit, const Request& request,
                         const std::string& lent_entry) {
  if (request.flags & kNoEntry) return;
  out += "Entry-Token: ";
  const std::size_t start = out.size();
  out += request.flags & kBorrowed ? lent_entry : visit.entry_token;
  if (request.flags & kForged) forge(out, start, request);
  out += kEnd;
}

void Requests::add_body(std::string& out, std::string_view body) {
  fmt::format_to(std::back_inserter(out),
                 "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                 body);
}

std::int64_t Requests::top_up_amount(const Actor& actor, std::uint32_t index,
                                     const Visit* visit) const {
  if (visit && visit->total > actor.balance) return visit->total - actor.balance;
  return plan_.venue.price_max * plan_.people.traits(index).party;
}

void Requests::write_top_up(std::string& out, const Request& request, const Actor& actor,
                            const Visit* visit) const {
  const std::int64_t amount = top_up_amount(actor, request.actor, visit);
  if (!plan_.target.staff_tops_up) {
    begin(out, "POST", "/v1/wallet/top-ups");
    authorize(out, request.actor);
    add_key(out, request);
    return add_body(out, fmt::format(R"({{"amount":{}}})", amount));
  }
  const UserId user = bearer_.user_id(plan_.people.account_of(request.actor));
  begin(out, "POST", "/v1/staff/wallets/" + to_text(user) + "/top-ups");
  out.append("Authorization: Bearer ").append(plan_.target.staff_key).append(kEnd);
  add_key(out, request);
  add_body(out, fmt::format(R"({{"amount":{},"reason":"rehearsal"}})", amount));
}

std::string Requests::hold_body(const Visit& visit, std::uint8_t flags) {
  if (!visit.picked.empty() && !(flags & (kGreedy | kUsedEntry)))
    return fmt::format(R"({{"show_id":"{}","seats":["{}"]}})", visit.show,
                       fmt::join(visit.picked, R"(",")"));
  const bool is_narrow = !visit.section.empty() && !(flags & (kGreedy | kUsedEntry));
  const std::string section =
      is_narrow ? fmt::format(R"(,"section":"{}")", visit.section) : std::string();
  return fmt::format(R"({{"show_id":"{}","best_available":{{"count":{}{},"together":{}}}}})",
                     visit.show, visit.wish, section, visit.together);
}

void Requests::write(std::string& out, const Request& request, const Actor& actor,
                     const Visit* visit, const std::string& lent_entry) const {
  out.clear();
  const bool needs_visit = request.action >= Action::shows;
  FRONTROW_CHECK(visit || !needs_visit, "actor {} is not inside", request.actor);
  switch (request.action) {
    case Action::top_up:
      return write_top_up(out, request, actor, visit);
    case Action::join:
      begin(out, "POST", "/v1/concerts/" + plan_.venue.concert + "/queue-tokens");
      authorize(out, request.actor);
      out += "Content-Length: 0\r\n\r\n";
      return;
    case Action::poll:
      begin(out, "GET", "/v1/queue-tokens/current");
      add_queue_token(out, actor, request);
      break;
    case Action::leave:
      begin(out, "DELETE", "/v1/queue-tokens/current");
      add_queue_token(out, actor, request);
      break;
    case Action::shows:
      begin(out, "GET", "/v1/concerts/" + plan_.venue.concert + "/shows");
      authorize(out, request.actor);
      add_entry(out, *visit, request, lent_entry);
      break;
    case Action::seats:
      begin(out, "GET", fmt::format("/v1/shows/{}/seats?section={}", visit->show, visit->section));
      authorize(out, request.actor);
      add_entry(out, *visit, request, lent_entry);
      break;
    case Action::hold:
      begin(out, "POST", "/v1/orders");
      authorize(out, request.actor);
      add_entry(out, *visit, request, lent_entry);
      add_key(out, request);
      return add_body(out, hold_body(*visit, request.flags));
    case Action::pay:
      begin(out, "POST", "/v1/orders/" + visit->order + "/payments");
      authorize(out, request.actor);
      add_entry(out, *visit, request, lent_entry);
      add_key(out, request);
      out += "Content-Length: 0\r\n\r\n";
      return;
    case Action::cancel:
      begin(out, "DELETE", "/v1/orders/" + visit->order);
      authorize(out, request.actor);
      break;
  }
  out += kEnd;
}

}  // namespace frontrow::rehearsal
