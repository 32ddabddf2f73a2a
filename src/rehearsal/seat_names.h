// Numbers for seats, so that facts about orders stay small. Safe on any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace frontrow::rehearsal {

class SeatNames {
 public:
  // The same show and label give the same number.
  std::uint32_t number(std::string_view show, std::string_view label) {
    std::string name(show);
    name.append(1, ' ').append(label);
    const std::lock_guard lock(mutex_);
    const auto [at, is_new] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (is_new) names_.push_back(&at->first);
    return at->second;
  }
  // "show_… A-3-12". Requires: a number that was given.
  std::string name(std::uint32_t number) const {
    const std::lock_guard lock(mutex_);
    return *names_[number];
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<const std::string*> names_;
};

}  // namespace frontrow::rehearsal
