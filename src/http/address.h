// Addresses of clients and the networks that are trusted to name them (X-Forwarded-For). Values;
// any thread may use them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow::http {

// An IPv4 or IPv6 address. IPv4-mapped IPv6 (::ffff:1.2.3.4) is kept as IPv4, so that one client
// has one value whichever way it came in.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};  // IPv4: the first four, the rest zero
  bool is_v6 = false;

  auto operator<=>(const IpAddress&) const = default;

  // Empty for anything but a plain address (no port, no brackets, no zone).
  static std::optional<IpAddress> parse(std::string_view text);
  // IPv4 where it is mapped.
  static IpAddress of_v6(const std::array<std::uint8_t, 16>& bytes);
  std::string to_string() const;

  // What limits count by: the whole IPv4 address, the /64 of an IPv6 one. Equal keys mean the same
  // client; the two families never meet.
  std::uint64_t key() const;
};

// A network in CIDR form; a bare address is a network of one.
struct Network {
  IpAddress address;
  std::uint8_t prefix_bits = 0;

  // Empty for anything else, also where bits beyond the prefix are set ("10.0.0.1/8").
  static std::optional<Network> parse(std::string_view text);
  bool contains(const IpAddress& other) const;
};

// Whether one of the networks contains the address.
bool contains(const std::vector<Network>& networks, const IpAddress& address);

// The client that a chain of proxies names: walks `forwarded_for` (the values of X-Forwarded-For in
// the order sent, joined by commas) from the right as long as the address reached is trusted. An
// entry that is no address ends the walk at the last address that was believed.
IpAddress client_behind(const IpAddress& peer, std::string_view forwarded_for,
                        const std::vector<Network>& trusted);

}  // namespace frontrow::http
