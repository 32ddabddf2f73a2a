// A plain HTTP client for the few calls of the conductor: blocking, one connection, reopened when
// it broke. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class Caller {
 public:
  explicit Caller(const Target& target) : target_(target) {}
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  struct Reply {
    int status = 0;
    std::string body;
  };
  // `bearer` may be empty; `header` is one more line, without its end. Empty where the server did
  // not answer in ten seconds, twice.
  std::optional<Reply> call(std::string_view method, std::string_view path,
                            std::string_view bearer = {}, std::string_view body = {},
                            std::string_view header = {});

 private:
  bool open();
  void end();
  std::optional<Reply> exchange(const std::string& text);

  const Target& target_;
  int fd_ = -1;
};

}  // namespace frontrow::rehearsal
