// What the tables of forged tokens share. Included by tests alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace frontrow::identity {

struct Forgery {
  std::string name;
  std::string text;
};

// Forgeries that make sense for every text with a signature: cut, grown, padded, re-encoded, and a
// bit flipped in each of its characters.
inline std::vector<Forgery> mutations(const std::string& good) {
  std::vector<Forgery> out = {{"empty", ""},
                              {"one character", good.substr(0, 1)},
                              {"cut by one", good.substr(0, good.size() - 1)},
                              {"cut by four", good.substr(0, good.size() - 4)},
                              {"its second half", good.substr(good.size() / 2)},
                              {"padded", good + "="},
                              {"padded twice", good + "=="},
                              {"grown", good + "A"},
                              {"grown by a group", good + "AAAA"},
                              {"a space before", " " + good},
                              {"a space after", good + " "},
                              {"a line end after", good + "\n"},
                              {"a zero byte after", good + std::string(1, '\0')},
                              {"twice", good + good},
                              {"very long", std::string(100'000, 'A')}};
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    out.push_back({"bit 0 of character " + std::to_string(i), flipped});
    flipped[i] = static_cast<char>(good[i] ^ 0x20);
    out.push_back({"other case of character " + std::to_string(i), flipped});
  }
  return out;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  FRONTROW_CHECK(at != std::string::npos, "{} is not in {}", from, text);
  return text.replace(at, from.size(), to);
}

// One of the parts between the dots, from 0.
inline std::string part(const std::string& token, int number) {
  std::size_t begin = 0;
  for (int i = 0; i < number; ++i) begin = token.find('.', begin) + 1;
  return token.substr(begin, token.find('.', begin) - begin);
}

}  // namespace frontrow::identity
