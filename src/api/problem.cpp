#include "api/problem.h"

#include <array>
#include <charconv>

#include "base/check.h"
#include "base/json_writer.h"

namespace frontrow::api {
namespace {

using enum RefusalCode;

constexpr std::array kKinds = std::to_array<ProblemKind>({
    {malformed_json, "malformed_json", 400, "Not JSON", "JSON이 아닙니다",
     "The body is not one JSON object in UTF-8.", "본문이 UTF-8로 된 하나의 JSON 객체가 아닙니다."},
    {bad_request, "bad_request", 400, "Bad request", "잘못된 요청",
     "The request is not well-formed.", "요청의 형식이 올바르지 않습니다."},
    {unauthenticated, "unauthenticated", 401, "Not signed in", "로그인이 필요합니다",
     "A valid access token or staff key is needed.",
     "유효한 액세스 토큰 또는 직원 키가 필요합니다."},
    {bad_credentials, "bad_credentials", 401, "Wrong e-mail or password",
     "이메일 또는 비밀번호가 틀립니다", "No account has this e-mail address and password.",
     "이메일과 비밀번호가 일치하는 계정이 없습니다."},
    {insufficient_balance, "insufficient_balance", 402, "Not enough points", "잔액이 부족합니다",
     "Top up the wallet and pay again; the hold stands.",
     "잔액을 충전한 뒤 다시 결제하세요. 임시 예약은 그대로입니다."},
    {queue_token_required, "queue_token_required", 403, "Queue token needed",
     "대기열 토큰이 필요합니다", "Send the Queue-Token that joining gave.",
     "대기열에 들어갈 때 받은 Queue-Token을 보내세요."},
    {queue_token_invalid, "queue_token_invalid", 403, "Queue token not valid",
     "대기열 토큰이 유효하지 않습니다", "The Queue-Token is not one of ours.",
     "이 시스템이 발급한 대기열 토큰이 아닙니다."},
    {entry_token_required, "entry_token_required", 403, "Entry token needed",
     "입장 토큰이 필요합니다", "Join the queue; the entry token comes with your turn.",
     "대기열에 들어가세요. 차례가 되면 입장 토큰을 받습니다."},
    {entry_token_invalid, "entry_token_invalid", 403, "Entry token not valid",
     "입장 토큰이 유효하지 않습니다", "The Entry-Token is not valid here or not yours.",
     "이 공연에 쓸 수 없거나 본인의 입장 토큰이 아닙니다."},
    {entry_token_expired, "entry_token_expired", 403, "Entry is over", "입장 시간이 끝났습니다",
     "The entry has expired or was used up.", "입장 토큰이 만료되었거나 이미 사용되었습니다."},
    {forbidden, "forbidden", 403, "Not allowed", "허용되지 않습니다", "The caller may not do this.",
     "이 작업을 할 권한이 없습니다."},
    {not_found, "not_found", 404, "Not found", "찾을 수 없습니다",
     "There is nothing here for this caller.", "요청한 대상을 찾을 수 없습니다."},
    {method_not_allowed, "method_not_allowed", 405, "Method not allowed", "허용되지 않는 메서드",
     "See the Allow header.", "Allow 헤더를 보세요."},
    {not_acceptable, "not_acceptable", 406, "No acceptable form", "제공할 수 있는 형식이 없습니다",
     "None of the accepted forms exists.",
     "Accept 헤더의 형식 가운데 제공할 수 있는 것이 없습니다."},
    {request_timeout, "request_timeout", 408, "Too slow", "요청이 너무 느립니다",
     "The request did not arrive in time.", "요청이 제시간에 도착하지 않았습니다."},
    {payload_too_large, "payload_too_large", 413, "Body too large", "본문이 너무 큽니다",
     "The body is larger than this call takes.", "본문이 허용된 크기를 넘습니다."},
    {uri_too_long, "uri_too_long", 414, "Address too long", "주소가 너무 깁니다",
     "The request target is too long.", "요청 주소가 너무 깁니다."},
    {unsupported_media_type, "unsupported_media_type", 415, "Not a JSON body",
     "JSON 본문이 아닙니다", "Send the body as application/json.",
     "본문을 application/json으로 보내세요."},
    {headers_too_large, "headers_too_large", 431, "Headers too large", "헤더가 너무 큽니다",
     "The request's head is too large.", "요청의 헤더가 너무 큽니다."},
    {seat_taken, "seat_taken", 409, "Seat taken", "이미 선택된 좌석입니다",
     "One or more of the seats are held or sold; none was taken.",
     "일부 좌석이 이미 예약되었거나 판매되었습니다. 아무 좌석도 잡지 않았습니다."},
    {not_enough_seats, "not_enough_seats", 409, "Not enough seats", "좌석이 부족합니다",
     "Fewer seats than asked for are available.", "요청한 수만큼 남은 좌석이 없습니다."},
    {seat_limit_reached, "seat_limit_reached", 409, "Seat limit reached",
     "1인당 좌석 한도에 도달했습니다",
     "Held and bought seats together would exceed the limit a person.",
     "예약과 구매를 합하면 1인당 한도를 넘습니다."},
    {order_not_payable, "order_not_payable", 409, "Order cannot be paid",
     "결제할 수 없는 주문입니다", "The order's status does not allow it.",
     "주문 상태 때문에 처리할 수 없습니다."},
    {order_not_cancellable, "order_not_cancellable", 409, "Order cannot be cancelled",
     "취소할 수 없는 주문입니다", "Only a hold can be cancelled.",
     "임시 예약만 취소할 수 있습니다."},
    {order_not_extendable, "order_not_extendable", 409, "Hold cannot be extended",
     "연장할 수 없는 예약입니다", "A hold can be extended once, within its entry.",
     "임시 예약은 입장 시간 안에서 한 번만 연장할 수 있습니다."},
    {email_taken, "email_taken", 409, "E-mail address taken", "이미 사용 중인 이메일입니다",
     "An account with this address exists.", "이 이메일로 만든 계정이 있습니다."},
    {queue_closed, "queue_closed", 409, "Queue closed", "대기열이 닫혔습니다",
     "The sale is over or everything is sold.", "판매가 끝났거나 매진되었습니다."},
    {sale_not_open, "sale_not_open", 409, "Sale not open", "판매 중이 아닙니다",
     "The sale is not open for this now.", "지금은 판매 시간이 아닙니다."},
    {ticket_void, "ticket_void", 409, "Ticket void", "무효인 입장권입니다",
     "The ticket's order was refunded.", "환불된 주문의 입장권입니다."},
    {idempotency_in_progress, "idempotency_in_progress", 409, "Same key under way",
     "같은 키의 요청이 처리 중입니다",
     "The first call with this Idempotency-Key has not been answered yet.",
     "이 Idempotency-Key의 첫 요청이 아직 처리 중입니다."},
    {already_refunded, "already_refunded", 409, "Already refunded", "이미 환불되었습니다",
     "The order has been refunded before.", "이미 환불된 주문입니다."},
    {hold_expired, "hold_expired", 410, "Hold expired", "임시 예약이 만료되었습니다",
     "The hold ended unpaid; its seats are on sale again.",
     "결제되지 않아 임시 예약이 끝났습니다. 좌석은 다시 판매됩니다."},
    {precondition_failed, "precondition_failed", 412, "Changed meanwhile", "그 사이 변경되었습니다",
     "The ETag in If-Match is not the current one.", "If-Match의 ETag가 현재 값과 다릅니다."},
    {precondition_required, "precondition_required", 428, "If-Match needed",
     "If-Match가 필요합니다", "Send If-Match with the ETag that you read.",
     "읽을 때 받은 ETag를 If-Match로 보내세요."},
    {validation_failed, "validation_failed", 422, "Validation failed", "입력값이 올바르지 않습니다",
     "One or more fields break a rule; see errors.",
     "규칙에 맞지 않는 필드가 있습니다. errors를 보세요."},
    {idempotency_key_reused, "idempotency_key_reused", 422, "Idempotency key reused",
     "멱등 키가 다시 사용되었습니다",
     "This Idempotency-Key was used with another method, path or body.",
     "이 Idempotency-Key는 다른 요청에 쓰였습니다."},
    {rate_limited, "rate_limited", 429, "Too many requests", "요청이 너무 많습니다",
     "Slow down and try again after Retry-After seconds.", "Retry-After 초 뒤에 다시 시도하세요."},
    {overloaded, "overloaded", 503, "Busy", "혼잡합니다",
     "The server is busy; nothing was done. Try again.",
     "서버가 혼잡합니다. 아무것도 처리되지 않았습니다. 다시 시도하세요."},
    {shutting_down, "shutting_down", 503, "Shutting down", "종료 중입니다",
     "This server is shutting down; nothing was done. Try again.",
     "서버가 종료 중입니다. 아무것도 처리되지 않았습니다. 다시 시도하세요."},
    {outcome_unknown, "outcome_unknown", 503, "Outcome not known yet", "결과를 아직 알 수 없습니다",
     "Ask again with the same Idempotency-Key, or look at your orders and wallet.",
     "같은 Idempotency-Key로 다시 요청하거나 주문과 잔액을 확인하세요."},
});

struct LanguageRange {
  Language language = Language::en;
  double quality = 0;
};

// "ko-KR;q=0.8": which of the two languages, how much liked; quality 0 for a third language.
LanguageRange parse_range(std::string_view range) {
  const auto trim = [](std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
  };
  const auto semicolon = range.find(';');
  const std::string_view tag = trim(range.substr(0, semicolon));
  LanguageRange out{Language::en, 1};
  if (const auto q = semicolon == std::string_view::npos ? semicolon : range.find("q=", semicolon);
      q != std::string_view::npos)
    std::from_chars(range.data() + q + 2, range.data() + range.size(), out.quality);
  const auto is = [tag](char a, char b) {
    return tag.size() >= 2 && (tag[0] | 32) == a && (tag[1] | 32) == b &&
           (tag.size() == 2 || tag[2] == '-');
  };
  if (is('k', 'o'))
    out.language = Language::ko;
  else if (!is('e', 'n'))
    out.quality = 0;
  return out;
}

void write_members(JsonWriter& json, const Refusal& refusal, std::string_view currency) {
  if (!refusal.errors.empty()) {
    json.key("errors").begin_array();
    for (const FieldError& error : refusal.errors) {
      json.begin_object().key("pointer").string(error.pointer);
      json.key("message").string(error.message).end_object();
    }
    json.end_array();
  }
  if (refusal.code == seat_taken) {
    json.key("seats").begin_array();
    for (const std::string& seat : refusal.seats) json.string(seat);
    json.end_array();
  }
  if (refusal.available) json.key("available").number(*refusal.available);
  if (refusal.limit) json.key("limit").number(*refusal.limit);
  if (!refusal.order_status.empty()) json.key("order_status").string(refusal.order_status);
  if (refusal.balance) {
    json.key("balance").number(*refusal.balance);
    json.key("required").number(refusal.required.value_or(0));
    json.key("currency").string(currency);
  }
}

}  // namespace

Language parse_language(std::string_view header) {
  double best_ko = 0, best_en = 0;
  while (!header.empty()) {
    const auto comma = header.find(',');
    const LanguageRange range = parse_range(header.substr(0, comma));
    double& best = range.language == Language::ko ? best_ko : best_en;
    best = std::max(best, range.quality);
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
  }
  return best_ko > best_en ? Language::ko : Language::en;
}

const ProblemKind& problem_kind(RefusalCode code) {
  for (const ProblemKind& kind : kKinds)
    if (kind.code == code) return kind;
  FRONTROW_CHECK(false, "a code without a row: {}", static_cast<int>(code));
  return kKinds[0];
}

const ProblemKind* find_problem_kind(std::string_view name) {
  for (const ProblemKind& kind : kKinds)
    if (kind.name == name) return &kind;
  return nullptr;
}

RefusalCode code_of(Failure failure) {
  switch (failure) {
    case Failure::overloaded:
      return overloaded;
    case Failure::shutting_down:
      return shutting_down;
    case Failure::outcome_unknown:
      return outcome_unknown;
  }
  return outcome_unknown;
}

http::Response problem(const Refusal& refusal, Language language, std::string_view instance,
                       std::string_view currency) {
  const ProblemKind& kind = problem_kind(refusal.code);
  http::Response response;
  response.status = kind.status;
  response.content_type = "application/problem+json";
  const bool korean = language == Language::ko;
  JsonWriter json(response.body);
  json.begin_object();
  json.key("type").string("urn:frontrow:problem:" + std::string(kind.name));
  json.key("title").string(korean ? kind.title_ko : kind.title_en);
  json.key("status").number(std::int64_t{kind.status});
  // A sentence for the case itself is told in English alone; Korean readers get the code's own.
  json.key("detail").string(korean                   ? kind.detail_ko
                            : refusal.detail.empty() ? kind.detail_en
                                                     : std::string_view(refusal.detail));
  json.key("instance").string(instance);
  json.key("code").string(kind.name);
  write_members(json, refusal, currency);
  json.end_object();
  if (kind.status == 429 || kind.status == 503) response.headers.emplace_back("Retry-After", "1");
  if (kind.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Content-Language", korean ? "ko" : "en");
  return response;
}

}  // namespace frontrow::api
