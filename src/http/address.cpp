#include "http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace frontrow::http {
namespace {

constexpr std::size_t kLongestAddress = 45;
constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// An entry of X-Forwarded-For; some proxies add the port ("1.2.3.4:80", "[2001:db8::1]:80").
std::optional<IpAddress> parse_entry(std::string_view entry) {
  if (entry.starts_with('[')) {
    const std::size_t end = entry.find(']');
    if (end == std::string_view::npos) return {};
    return IpAddress::parse(entry.substr(1, end - 1));
  }
  if (std::count(entry.begin(), entry.end(), ':') == 1) entry = entry.substr(0, entry.find(':'));
  return IpAddress::parse(entry);
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > kLongestAddress) return {};
  char terminated[kLongestAddress + 1] = {};
  std::memcpy(terminated, text.data(), text.size());
  IpAddress address;
  if (inet_pton(AF_INET, terminated, address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET6, terminated, address.bytes.data()) != 1) return {};
  return of_v6(address.bytes);
}

IpAddress IpAddress::of_v6(const std::array<std::uint8_t, 16>& bytes) {
  IpAddress address;
  address.is_v6 = !std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), bytes.begin());
  if (address.is_v6) {
    address.bytes = bytes;
  } else {
    std::copy(bytes.begin() + 12, bytes.end(), address.bytes.begin());
  }
  return address;
}

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
  return text;
}

std::uint64_t IpAddress::key() const {
  std::uint64_t key = 0;
  if (is_v6) {
    for (std::size_t i = 0; i < 8; ++i) key = key << 8 | bytes[i];
    return key;
  }
  for (std::size_t i = 0; i < 4; ++i) key = key << 8 | bytes[i];
  return key | 0xffff'ffff'0000'0000ULL;  // ffff::/16 is multicast: never the /64 of a client
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return {};
  unsigned bits = address->is_v6 ? 128 : 32;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    unsigned given = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), given);
    if (error != std::errc() || end != digits.data() + digits.size() || given > bits) return {};
    bits = given;
  }
  Network network{*address, static_cast<std::uint8_t>(bits)};
  for (std::size_t bit = bits; bit < 128; ++bit)
    if ((address->bytes[bit / 8] & (0x80 >> bit % 8)) != 0) return {};
  return network;
}

bool Network::contains(const IpAddress& other) const {
  if (other.is_v6 != address.is_v6) return false;
  const std::size_t whole = prefix_bits / 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  other.bytes.begin()))
    return false;
  const int rest = prefix_bits % 8;
  if (rest == 0) return true;
  const int mask = 0xff00 >> rest & 0xff;
  return ((address.bytes[whole] ^ other.bytes[whole]) & mask) == 0;
}

bool contains(const std::vector<Network>& networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(address); });
}

IpAddress client_behind(const IpAddress& peer, std::string_view forwarded_for,
                        const std::vector<Network>& trusted) {
  IpAddress client = peer;
  while (!forwarded_for.empty() && contains(trusted, client)) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::size_t start = comma == std::string_view::npos ? 0 : comma + 1;
    const auto next = parse_entry(trim(forwarded_for.substr(start)));
    if (!next) break;
    client = *next;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return client;
}

}  // namespace frontrow::http
