// Requests made from a pattern and a table of data, one for each number. One thread.
//
//   {n}    the number of the row, counted from --first
//   {jwt}  the access token of user n
//   {1}…   the row's columns, separated by tabs in the data file
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bearer.h"
#include "options.h"

namespace frontrow::bench {

class RequestTemplate {
 public:
  // Reads the data and key files that `options` names. Throws std::runtime_error where it cannot,
  // and for a pattern with an unknown placeholder.
  explicit RequestTemplate(const Options& options);

  // The row that request `number` is made from: the rows in turn, or far apart with --spread.
  std::size_t row_of(std::uint64_t number) const;
  // Replaces `out` by the whole message.
  void make(std::string& out, std::uint64_t number) const;

 private:
  struct Piece {
    enum Kind { kText, kNumber, kToken, kColumn } kind;
    std::string text;
    std::size_t column = 0;
  };
  using Pattern = std::vector<Piece>;

  static Pattern parse(std::string_view pattern);
  void expand(std::string& out, const Pattern& pattern, std::size_t row) const;

  Pattern head_;
  Pattern body_;
  bool has_body_;
  Bearer bearer_;
  std::uint64_t first_;
  std::size_t stride_ = 1;
  std::vector<std::string> rows_;
};

}  // namespace frontrow::bench
