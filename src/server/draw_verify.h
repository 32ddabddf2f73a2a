// `frontrow draw verify`: checks draws from their published values alone, as docs/concepts/draw.md
// defines them.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/draw.h"

namespace frontrow::server {

// A draw that has been held.
struct Draw {
  std::string name;  // its own, or its concert's id
  ConcertId concert;
  Digest commitment{}, secret{}, join_digest{}, seed{};
  std::string public_input;
  std::vector<JoinRecord> joins;
  // Compared where they are given.
  std::optional<std::int64_t> count = {};
  std::optional<std::vector<std::uint32_t>> ranks = {};
};

struct DrawFinding {
  std::string name;
  std::vector<std::string> problems;  // sentences; none where all is right
  std::vector<std::uint32_t> ranks;   // by lobby number, as they follow from the seed
};

DrawFinding check_draw(const Draw& draw);

// Prints a line, with `print_ranks` also each lobby number's rank. Exit code: 0, or 1 where there
// is a problem.
int print_finding(const DrawFinding& finding, bool print_ranks);

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

// Prints each finding. Exit code: 0 all are right, 1 one is wrong, 2 one cannot be read.
int verify_draws(const DrawFiles& files, bool print_ranks);

}  // namespace frontrow::server
