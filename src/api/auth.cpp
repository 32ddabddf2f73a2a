#include "api/auth.h"

#include "api/cookies.h"
#include "api/service.h"
#include "base/planted.h"
#include "identity/access_tokens.h"

namespace frontrow::api {
namespace {

// Until every node has heard of an entry, at most: views are refused as stale after 2 s, and a
// token says its time in whole seconds.
constexpr Duration kNewsTakes = seconds(3);
constexpr Duration kProlongSessionsBelow = seconds(29 * 24 * 3600);

// A token from its header, else from its cookie. A header that stands twice is no header.
std::optional<std::string> token_of(Call& call, std::string_view header, std::string_view kind) {
  if (call.request().header_count(header) > 1) return {};
  if (const auto value = call.header(header)) return std::string(*value);
  auto value = token_cookie(call, kind);
  if (value) call.by_cookie = true;
  return value;
}

std::optional<std::string> bearer(Call& call) {
  if (call.request().header_count("Authorization") > 1) return {};
  if (const auto value = call.header("Authorization")) {
    constexpr std::string_view kScheme = "bearer ";
    if (value->size() <= kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i)
      if (((*value)[i] | 32) != kScheme[i]) return {};
    return std::string(value->substr(kScheme.size()));
  }
  auto value = session_cookie(call);
  if (value) call.by_cookie = true;
  return value;
}

// A page of another site can make a browser send our cookies, but not hide where it comes from.
bool comes_from_this_site(const Call& call) {
  if (const auto site = call.header("Sec-Fetch-Site")) return *site == "same-origin";
  const auto origin = call.header("Origin");
  if (!origin) return false;
  const std::string own =
      std::string(call.is_https() ? "https://" : "http://") + std::string(call.request().host());
  return *origin == own;
}

bool is_safe(http::Method method) {
  return method == http::Method::get || method == http::Method::head;
}

bool refuse_foreign_page(Call& call) {
  if (!call.by_cookie || is_safe(call.request().method()) || comes_from_this_site(call))
    return false;
  call.refuse(RefusalCode::forbidden,
              "a call that rests on a cookie must come from a page of this site");
  return true;
}

void accept_user(const CallPtr& call, UserId user,
                 const std::function<void(const CallPtr&)>& then) {
  if (refuse_foreign_page(*call)) return;
  call->user = user;
  then(call);
}

void accept_session(const CallPtr& call, const Session& session, const std::string& token,
                    const std::function<void(const CallPtr&)>& then) {
  const Time now = call->service.now();
  if (session.ended || session.expires_at <= now) return call->refuse(RefusalCode::unauthenticated);
  if (session.expires_at - now < kProlongSessionsBelow) {
    Service& service = call->service;
    Session prolonged = session;
    prolonged.expires_at = now + seconds(30 * 24 * 3600);
    service.sessions.put(prolonged);  // one command for it, not one a request
    service.parts.engine.submit({ProlongSession{session}, {}, [](Reply&&) {}});
    if (call->by_cookie) call->renewed_session = token;
  }
  accept_user(call, session.user, then);
}

// The session, unless its user was forgotten: then it has ended with the person's data.
Result<std::optional<Session>> living_session(Reader& reader, const Digest& hash) {
  auto session = reader.session(hash);
  if (!session || !*session) return session;
  auto user = reader.user((*session)->user);
  if (!user) return std::move(user.error());
  if (!*user || (*user)->forgotten_at) return std::optional<Session>();
  return session;
}

void find_session(const CallPtr& call, const std::string& token,
                  std::function<void(const CallPtr&)> then) {
  const Digest hash = identity::token_hash(token);
  if (const auto session = call->service.sessions.find(hash))
    return accept_session(call, *session, token, then);
  call->read([hash](Reader& reader) { return living_session(reader, hash); },
             [token, then = std::move(then)](Call& again, std::optional<Session>&& session) {
               if (!session) return again.refuse(RefusalCode::unauthenticated);
               if (!session->ended) again.service.sessions.put(*session);
               accept_session(again.shared_from_this(), *session, token, then);
             });
}

}  // namespace

void require_user(const CallPtr& call, std::function<void(const CallPtr&)> then) {
  const auto token = bearer(*call);
  if (!token) return call->refuse(RefusalCode::unauthenticated);
  const auto kind = identity::kind_of_token(*token);
  if (kind == identity::TokenKind::access) return find_session(call, *token, std::move(then));
  const auto& providers = call->service.parts.providers;
  if (kind || !providers) return call->refuse(RefusalCode::unauthenticated);
  const auto user = providers->check(*token, call->service.now());
  if (!user) return call->refuse(RefusalCode::unauthenticated);
  accept_user(call, user->user, then);
}

bool require_staff(Call& call, std::optional<identity::Role> needed) {
  const auto token = bearer(call);
  const auto key = token && identity::kind_of_token(*token) == identity::TokenKind::staff
                       ? call.service.views().staff_key(identity::token_hash(*token))
                       : std::nullopt;
  if (!key) {
    call.refuse(RefusalCode::unauthenticated);
    return false;
  }
  const auto role = identity::parse_role(key->role);
  if (!role || (needed && !identity::admits(*role, *needed))) {
    call.refuse(RefusalCode::forbidden, "this staff key's role does not allow it");
    return false;
  }
  if (refuse_foreign_page(call)) return false;
  call.staff = StaffCaller{key->id, *role};
  return true;
}

PlaceProof find_place(Call& call) {
  const auto token = token_of(call, "Queue-Token", kQueueCookie);
  if (!token) return {};
  const auto claims = call.service.tokens.check_queue(*token, call.service.now());
  if (!claims) return {.refusal = RefusalCode::queue_token_invalid};
  const bool foreign =
      call.by_cookie && !is_safe(call.request().method()) && !comes_from_this_site(call);
  if (foreign) return {.refusal = RefusalCode::forbidden};
  return {.claims = claims};
}

EntryCheck check_entry(Call& call) {
  auto token = token_of(call, "Entry-Token", kEntryCookie);
  if (!token) return {};
  const auto claims = call.service.tokens.check_entry(*token, call.service.now());
  if (!claims)
    return {.refusal = claims.error() == identity::TokenFault::expired
                           ? RefusalCode::entry_token_expired
                           : RefusalCode::entry_token_invalid};
  if (claims->user != *call.user && !planted(Bug::borrowed_entry_taken))
    return {.refusal = RefusalCode::entry_token_invalid};
  if (call.concert && *call.concert != claims->concert)
    return {.refusal = RefusalCode::entry_token_invalid};
  call.shown_entry = ShownEntry{*claims, std::move(*token)};
  const Engine& engine = call.service.parts.engine;
  const bool is_new = engine.now() - claims->issued_at < kNewsTakes;
  return {.proof = EntryProof{claims->entry, claims->concert},
          .may_be_news = engine.is_shared() && is_new};
}

bool may_shop(const Call& call, const EntryCheck& check) {
  const SaleView* sale = call.service.views().sale(check.proof->concert);
  if (!sale) return check.may_be_news;
  const auto entry = sale->active_entry(check.proof->entry);
  if (entry) return entry->expires_at > call.service.now();
  return check.may_be_news && !sale->has_just_ended(check.proof->entry);
}

std::optional<EntryProof> require_active_entry(Call& call) {
  const EntryCheck check = check_entry(call);
  if (!check.proof) {
    call.refuse(check.refusal);
    return {};
  }
  if (may_shop(call, check)) return check.proof;
  call.refuse(RefusalCode::entry_token_expired);
  return {};
}

}  // namespace frontrow::api
