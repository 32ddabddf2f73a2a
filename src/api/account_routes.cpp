#include "api/auth.h"
#include "api/body.h"
#include "api/cookies.h"
#include "api/email.h"
#include "api/route.h"
#include "api/service.h"
#include "base/json_writer.h"
#include "identity/access_tokens.h"
#include "identity/passwords.h"

namespace frontrow::api {
namespace {

// One "@", something before it, and a name with a dot or not after it; no blanks. Whether post
// arrives there only post can tell.
bool looks_like_email(std::string_view email) {
  const auto at = email.find('@');
  if (at == 0 || at == std::string_view::npos || at != email.rfind('@') || at + 1 == email.size())
    return false;
  for (const char c : email)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  return true;
}

std::uint64_t key_of(std::string_view text) {
  const Digest hash = identity::token_hash(text);
  std::uint64_t key;
  std::memcpy(&key, hash.data(), sizeof key);
  return key;
}

void sign_up(const CallPtr& call) {
  Service& service = call->service;
  if (!service.sign_ups.admit(call->request().client_address().key(), service.now()))
    return call->refuse(RefusalCode::rate_limited);
  BodyReader body(call->request().body());
  const auto email = body.text("email", 3, 254);
  const auto password = body.text("password", 8, 256);
  const auto name = body.text("name", 1, 100);
  if (email && !looks_like_email(*email)) body.fail("email", "must be an e-mail address");
  if (const auto refusal = body.finish()) return call->refuse(*refusal);
  const bool taken =
      service.parts.hashing.submit([call, email = *email, password = *password, name = *name] {
        auto hash = identity::hash_password(password, call->service.parts.random);
        call->later([email, name, hash = std::move(hash)](Call& again) {
          if (!hash) return again.refuse(RefusalCode::overloaded);
          again.submit(
              CreateUser{email, email_key(email), name, *hash}, [](Call& last, Answer&& answer) {
                const User& user = std::get<UserAnswer>(answer).user;
                std::string out;
                JsonWriter json(out);
                json.begin_object().key("user_id").id(user.id).key("email").string(user.email);
                json.key("name").string(user.name).end_object();
                last.respond_json(201, std::move(out));
              });
        });
      });
  if (!taken) call->refuse(RefusalCode::overloaded);
}

void respond_session(Call& call, const Session& session, const std::string& token) {
  call.service.sessions.put(session);
  http::Response response;
  response.status = 201;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  set_session_cookie(call, response, token);
  clear_cookies_of_others(call, response, session.user);
  JsonWriter json(response.body);
  json.begin_object().key("access_token").string(token).key("expires_at").time(session.expires_at);
  json.key("user_id").id(session.user).end_object();
  call.respond(std::move(response));
}

void open_session(Call& call, UserId user) {
  const std::string token = identity::make_access_token(call.service.parts.random);
  call.submit(CreateSession{identity::token_hash(token), user},
              [token](Call& again, Answer&& answer) {
                respond_session(again, std::get<SessionAnswer>(answer).session, token);
              });
}

// An unknown address costs the same hash as a known one, so that time tells nobody who has an
// account.
void check_password(const CallPtr& call, std::optional<User> user, std::string password) {
  const bool taken = call->service.parts.hashing.submit(
      [call, user = std::move(user), password = std::move(password)] {
        const std::string_view hash =
            user ? std::string_view(user->password_hash) : identity::dummy_password_hash();
        const bool right = identity::verify_password(hash, password) && user;
        call->later([right, id = user ? user->id : UserId()](Call& again) {
          if (!right) return again.refuse(RefusalCode::bad_credentials);
          open_session(again, id);
        });
      });
  if (!taken) call->refuse(RefusalCode::overloaded);
}

void sign_in(const CallPtr& call) {
  Service& service = call->service;
  if (!service.sign_ins.admit(call->request().client_address().key(), service.now()))
    return call->refuse(RefusalCode::rate_limited);
  BodyReader body(call->request().body());
  const auto email = body.text("email", 0, 100'000);
  const auto password = body.text("password", 0, 100'000);
  if (const auto refusal = body.finish()) return call->refuse(*refusal);
  const std::string key = email_key(*email);
  if (!service.account_tries.admit(key_of(key), service.now()))
    return call->refuse(RefusalCode::rate_limited);
  call->read([key](Reader& reader) { return reader.user_by_email(key); },
             [password = *password](Call& again, std::optional<User>&& user) {
               check_password(again.shared_from_this(), std::move(user), password);
             });
}

void sign_out(const CallPtr& call) {
  // The session of this very token: looked up again, since signing in by a provider has none.
  const auto header = call->header("Authorization");
  const auto token = header ? std::optional<std::string>(header->substr(7)) : session_cookie(*call);
  const Digest hash = identity::token_hash(token.value_or(""));
  call->read([hash](Reader& reader) { return reader.session(hash); },
             [hash](Call& again, std::optional<Session>&& session) {
               if (!session)
                 return again.refuse(RefusalCode::forbidden,
                                     "an identity provider's session ends there");
               again.submit(EndSession{*session}, [hash](Call& last, Answer&&) {
                 last.service.sessions.drop(hash);
                 http::Response response;
                 response.status = 204;
                 last.renewed_session.clear();
                 if (last.by_cookie) clear_cookies(last, response);
                 last.respond(std::move(response));
               });
             });
}

void me(const CallPtr& call) {
  call->read([id = *call->user](Reader& reader) { return reader.user(id); },
             [](Call& again, std::optional<User>&& user) {
               std::string out;
               JsonWriter json(out);
               json.begin_object().key("user_id").id(*again.user);
               json.key("email").string(user ? user->email : "");
               json.key("name").string(user ? user->name : "").end_object();
               again.respond_json(200, std::move(out));
             });
}

}  // namespace

std::vector<Route> account_routes() {
  return {
      {http::Method::post, "/v1/users", Access::open, sign_up},
      {http::Method::post, "/v1/sessions", Access::open, sign_in},
      {http::Method::delete_, "/v1/sessions/current", Access::user, sign_out},
      {http::Method::get, "/v1/users/me", Access::user, me},
  };
}

}  // namespace frontrow::api
