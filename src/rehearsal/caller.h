// A plain HTTP client for the few calls of the conductor: blocking, one connection, reopened when
// it broke, at another node where the one it had does not answer. Not thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class Caller {
 public:
  // `patience`: for a part of an answer.
  explicit Caller(const Target& target,
                  std::chrono::milliseconds patience = std::chrono::seconds(10))
      : target_(target), patience_(patience) {}
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  struct Reply {
    int status = 0;
    std::string body;
  };
  // `bearer` may be empty; `header` is one more line, without its end. Empty where no node answered
  // in time: a GET was then asked twice, or of each node, anything else once, since it may have
  // acted.
  std::optional<Reply> call(std::string_view method, std::string_view path,
                            std::string_view bearer = {}, std::string_view body = {},
                            std::string_view header = {});

 private:
  // At the first node that takes it. False: none does.
  bool open();
  bool open(const NodeAddress& node);
  void turn_to_next() { at_ = (at_ + 1) % target_.nodes.size(); }
  void end();
  std::optional<Reply> exchange(const std::string& text);
  // Sends it all. False: the connection has ended.
  bool write(const std::string& text);

  const Target& target_;
  const std::chrono::milliseconds patience_;
  bool ended_unheard_ = false;  // the last exchange, before anything of an answer came
  int fd_ = -1;
  std::size_t at_ = 0;  // the node that it asks
};

}  // namespace frontrow::rehearsal
