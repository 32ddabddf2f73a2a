// Tells whether much is being written, by the batches' own times.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/time.h"

namespace frontrow::sqlite {

class LoadMeter {
 public:
  void note(std::size_t rows, Time now) {
    if (now - since_ >= kWindow) {
      before_ = now - since_ < kWindow + kWindow ? rows_ : 0;
      rows_ = 0;
      since_ = now;
    }
    rows_ += rows;
  }
  // In this second or in the one before it.
  bool is_low() const { return std::max(rows_, before_) < kBusyRows; }

 private:
  static constexpr Duration kWindow = seconds(1);
  static constexpr std::size_t kBusyRows = 2000;

  Time since_;
  std::size_t rows_ = 0, before_ = 0;
};

}  // namespace frontrow::sqlite
