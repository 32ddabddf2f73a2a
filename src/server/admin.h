// What the command line asks of an installation: staff keys and signing keys. A request is a JSON
// object on one line and so is its answer; a running server takes it through its control socket,
// and without a server the command answers it itself, under the lock. Both call `answer_admin`.
//
//   {"command":"staff-key create","role":"viewer","name":"door","key_hash":"<64 hex digits>"}
//   {"command":"staff-key list"}
//   {"command":"staff-key revoke","id":"staffkey_…"}
//   {"command":"keys rotate"}
//
//   {"ok":true, …}      or      {"ok":false,"exit_code":1,"error":"no such staff key"}
//
// A staff key is made by who asks: only its hash passes here.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "engine/engine.h"

namespace frontrow::server {

// Who decides and commits the commands that a request needs.
class AdminHost {
 public:
  virtual ~AdminHost() = default;
  // Ends when the command was committed or refused.
  virtual Reply run(Command command) = 0;
  virtual const Views& views() const = 0;
  virtual Time now() const = 0;
  virtual Random& random() = 0;
};

// The host in a running server. Any thread but the engine's; `random` must be safe on any thread.
class EngineHost final : public AdminHost {
 public:
  EngineHost(Engine& engine, Random& random) : engine_(engine), random_(random) {}
  Reply run(Command command) override;
  const Views& views() const override { return engine_.views(); }
  Time now() const override { return engine_.now(); }
  Random& random() override { return random_; }

 private:
  Engine& engine_;
  Random& random_;
};

// Never throws; a line that is no request is answered as one that is refused.
std::string answer_admin(std::string_view line, AdminHost& host);

// The first signing keys, where the store has none.
Reply add_first_signing_keys(AdminHost& host);

// What went wrong with a reply, in words; empty where it is an answer.
std::string fault_of(const Reply& reply);

}  // namespace frontrow::server
