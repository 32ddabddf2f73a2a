// The first byte says into how many pieces the message is cut, the next ones where; however it is
// cut, the outcome is the same as in one piece. Corpus: tests/corpus/http.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "http/parser_replay.h"
#include "http/query.h"

namespace {

using namespace frontrow::http;

constexpr std::size_t kHeadBytes = 512;  // small, so that the limits are met
constexpr std::size_t kBodyBytes = 256;

void check_views(std::string_view message, const Outcome& outcome) {
  const Head& head = outcome.head;
  for (std::size_t i = 0; i < head.field_count; ++i) {
    const Field& field = head.fields[i];
    if (field.value.offset + field.value.size > head.size || field.name.size == 0) std::abort();
  }
  const std::string_view authority = head.authority.in(message.data());
  if (!authority.empty() && !equal_without_case(authority, head.host.in(message.data())))
    std::abort();
  std::string path;
  if (!decode_percent(head.path.in(message.data()), path, false)) std::abort();
  if (path.empty() || path.front() != '/' || !is_valid_utf8(path)) std::abort();
  if (outcome.body.size() > kBodyBytes || head.size > kHeadBytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::size_t count = static_cast<unsigned char>(input[0]) % 8;
  if (input.size() < 1 + count) return 0;
  const std::string_view message = input.substr(1 + count);
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i < count && !message.empty(); ++i)
    cuts.push_back(static_cast<unsigned char>(input[1 + i]) * message.size() / 256);
  std::sort(cuts.begin(), cuts.end());

  const Outcome whole = read_message(message, {}, kHeadBytes, kBodyBytes);
  const Outcome pieces = read_message(message, cuts, kHeadBytes, kBodyBytes);
  if (!same_outcome(whole, pieces)) std::abort();
  if (whole.state == ParseState::complete) check_views(message, whole);
  QueryParameters::parse(message);
  return 0;
}
