// A server of the rehearsal's own: the same program, on SQLite in a fresh folder, on loopback, with
// an identity provider whose key the crowd has. It can be killed and started again on its data. No
// setting of the environment (FRONTROW__…) reaches it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "rehearsal/profile.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class OwnServer {
 public:
  // Started and ready, with an admin's staff key; `target` is filled in. The error is a sentence.
  static Result<std::unique_ptr<OwnServer>, std::string> start(const Profile& profile,
                                                               const std::filesystem::path& folder,
                                                               Target& target);
  // Ends it, gently if it can be.
  ~OwnServer();
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;

  int pid() const { return pid_; }
  std::filesystem::path data() const { return folder_ / "data"; }
  std::filesystem::path log() const { return folder_ / "server.log"; }

  bool is_running();
  // kill -9, and started again on the same port. False: it did not come back.
  bool kill_and_restart();
  // SIGTERM, and its exit code; -1 where a signal ended it.
  int stop();
  // `frontrow check` on the data: its exit code, and what it printed.
  std::pair<int, std::string> check() const;

 private:
  OwnServer(const Profile& profile, std::filesystem::path folder);
  bool launch(std::uint16_t port);

  const std::filesystem::path folder_;
  const std::int64_t threads_;
  const std::int64_t connections_;
  std::uint16_t port_ = 0;
  int pid_ = 0;
};

}  // namespace frontrow::rehearsal
