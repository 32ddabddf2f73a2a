#include "base/uuid.h"

namespace frontrow {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr auto kValues = make_values();

}  // namespace

Uuid make_uuid_v7(Time now, Random& random) {
  Uuid uuid;
  random.fill(uuid.bytes.data() + 6, 10);
  auto ms = static_cast<std::uint64_t>(now.ms);
  for (int i = 5; i >= 0; --i) {
    uuid.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms);
    ms >>= 8;
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(0x70 | (uuid.bytes[6] & 0x0F));
  uuid.bytes[8] = static_cast<std::uint8_t>(0x80 | (uuid.bytes[8] & 0x3F));
  return uuid;
}

Uuid next_uuid(Uuid uuid) {
  const Uuid same = uuid;
  for (std::size_t i = 16; i-- > 0;)
    if (++uuid.bytes[i] != 0) return uuid;
  return same;
}

void append_typeid_suffix(std::string& out, const Uuid& uuid) {
  // 128 bits in 26 characters of 5 bits: the first carries the top 3.
  char text[26];
  unsigned __int128 value = 0;
  for (const std::uint8_t byte : uuid.bytes) value = value << 8 | byte;
  for (int i = 25; i >= 0; --i) {
    text[i] = kAlphabet[static_cast<std::size_t>(value & 31)];
    value >>= 5;
  }
  out.append(text, 26);
}

std::optional<Uuid> parse_typeid_suffix(std::string_view text) {
  if (text.size() != 26 || text[0] > '7') return {};
  unsigned __int128 value = 0;
  for (const char c : text) {
    const std::int8_t digit = kValues[static_cast<unsigned char>(c)];
    if (digit < 0) return {};
    value = value << 5 | static_cast<unsigned>(digit);
  }
  Uuid uuid;
  for (int i = 15; i >= 0; --i) {
    uuid.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value);
    value >>= 8;
  }
  return uuid;
}

}  // namespace frontrow
