// One request on its way through the API: who asks, in which language, under which idempotency key;
// and the one place where its answer goes out.
//
// Made and used on the exchange's io thread; answers from other threads come back through `later`.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.h"
#include "api/token_desk.h"
#include "base/uuid.h"
#include "engine/reply.h"
#include "http/exchange.h"
#include "http/query.h"
#include "identity/roles.h"

namespace frontrow::api {

struct ReadyAnswer;
struct Service;
struct Route;

struct StaffCaller {
  StaffKeyId key;
  identity::Role role = identity::Role::viewer;
};

class Call : public std::enable_shared_from_this<Call> {
 public:
  Call(Service& service, std::shared_ptr<http::Exchange> exchange);

  Service& service;
  std::shared_ptr<http::Exchange> exchange;
  const Route* route = nullptr;
  std::array<std::string_view, 3> path;  // the variable segments, in order; valid until the answer
  Language language = Language::en;
  std::optional<UserId> user = {};
  std::optional<StaffCaller> staff = {};
  std::optional<ShownEntry> shown_entry = {};  // the entry token that was accepted
  bool by_cookie = false;                      // a credential came from a cookie
  bool sets_cookies = false;                   // Frontrow-Cookies: yes
  // Frontrow-Concert: whose queue and entry are meant, and no other's; nil where it names none.
  std::optional<ConcertId> concert = {};
  // The session's token, where its cookie is to be kept for longer.
  std::string renewed_session = {};
  bool by_operations_listener = false;
  // Completes the message of an engine's answer before it goes out, a replay in the same way.
  void (*finish)(http::Response&) = nullptr;

  const http::Request& request() const { return exchange->request(); }
  std::optional<std::string_view> header(std::string_view name) const {
    return request().header(name);
  }
  bool is_https() const;

  // Once; later ones do nothing, so that an answer that comes after the time limit is dropped.
  void respond(http::Response response);
  void respond_json(int status, std::string body);
  void refuse(const Refusal& refusal);
  void refuse(RefusalCode code, std::string detail = {}) {
    refuse(frontrow::refuse(code, std::move(detail)));
  }
  bool answered() const { return answered_; }

  // The Idempotency-Key with the caller and the hash of what is asked; empty where none was sent.
  // Requires: a caller.
  std::optional<IdempotencyKey> idempotency_key() const;
  // For refusals that come before the engine is asked: a kept answer goes first.
  void refuse_unless_kept(const Refusal& refusal);

  // Asks the engine. The answer is rendered, gets its tokens and goes out.
  void submit(Command command);
  // The same, for an answer that the caller turns into a message by itself, without idempotency
  // key.
  void submit(Command command, std::function<void(Call&, Answer&&)> then);

  // Opens the answer as server-sent events. Requires: exchange->can_stream(); not answered.
  std::shared_ptr<http::Stream> start_events();

  // Runs on this call's io thread.
  void later(std::function<void(Call&)> function);
  // Runs `read` with a reader of the store on a worker, `then` with what it gave on the io thread.
  template <class Read, class Then>
  void read(Read read, Then then);

  // What the engine said, on the io thread.
  void take_reply(Reply&& reply);

  void open_deadline();  // outcome_unknown after 5 s without an answer
  bool expire();         // called by the deadline; true where it answered

  std::chrono::steady_clock::time_point started;

 private:
  void submit_to_engine(Command command, std::optional<IdempotencyKey> key);
  void deliver(Reply&& reply);
  void deliver_ready(ReadyAnswer&& ready, bool replayed);
  std::function<void(Call&, Answer&&)> then_;  // of the submission under way
  bool answered_ = false;
};

using CallPtr = std::shared_ptr<Call>;

}  // namespace frontrow::api
