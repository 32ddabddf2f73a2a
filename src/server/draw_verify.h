// `frontrow draw verify`: checks draws from their published values alone, as docs/concepts/draw.md
// defines them.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace frontrow::server {

struct DrawFinding {
  std::string name;                   // the draw's own name, or its concert's id
  std::vector<std::string> problems;  // sentences; none where all is right
  std::vector<std::uint32_t> ranks;   // by lobby number, as they follow from the seed
};

// A draw is a JSON object with algorithm, concert_id, secret, public_input, joins, commitment,
// join_digest, seed, and perhaps count and ranks. The error says what cannot be read.
Result<DrawFinding, std::string> verify_draw(const boost::json::value& draw);

struct DrawFiles {
  std::vector<std::filesystem::path> files;  // a draw, a list of draws, or {"vectors": […]} each
  // Or the answers of GET …/draw and GET …/draw/joins (its pages in any order), and whose they are.
  std::filesystem::path draw;
  std::vector<std::filesystem::path> joins;
  std::string concert;
};

// Prints a line a draw, with `print_ranks` also each lobby number's rank. Exit code: 0 all are
// right, 1 one is wrong, 2 one cannot be read.
int verify_draws(const DrawFiles& files, bool print_ranks);

}  // namespace frontrow::server
