// The key of each row that waits in memory, and its hash.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "domain/changes.h"

namespace frontrow::sqlite {

using PlaceKey = std::pair<SaleNo, PlaceNumber>;
using TransferKey = std::pair<UserId, std::uint64_t>;
using AnswerKey = std::pair<CallerId, std::string>;

inline ShowId key_of(const ShowVersion& row) {
  return row.show;
}
inline SaleNo key_of(const Queue& row) {
  return row.sale_no;
}
inline PlaceKey key_of(const Place& row) {
  return {row.sale_no, row.number};
}
inline EntryId key_of(const Entry& row) {
  return row.id;
}
inline OrderId key_of(const Order& row) {
  return row.id;
}
inline TicketCode key_of(const Ticket& row) {
  return row.code;
}
inline UserId key_of(const Wallet& row) {
  return row.user;
}
inline TransferKey key_of(const Transfer& row) {
  return {row.user, row.seq};
}
inline AnswerKey key_of(const KeptAnswer& row) {
  return {row.caller, row.key};
}

inline std::size_t mix(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15ULL;
  return value ^ (value >> 29);
}
inline std::size_t hash_of(const Uuid& key) {
  return UuidHash()(key);
}
template <class Tag>
std::size_t hash_of(const Id<Tag>& key) {
  return UuidHash()(key.uuid);
}
inline std::size_t hash_of(SaleNo key) {
  return mix(key);
}
inline std::size_t hash_of(const PlaceKey& key) {
  return mix(std::uint64_t{key.first} << 32 | key.second);
}
inline std::size_t hash_of(const TicketCode& key) {
  std::uint64_t low, high;
  std::memcpy(&low, key.data(), sizeof low);
  std::memcpy(&high, key.data() + sizeof low, sizeof high);
  return mix(low ^ mix(high));
}
inline std::size_t hash_of(const TransferKey& key) {
  return hash_of(key.first) ^ mix(key.second);
}
inline std::size_t hash_of(const AnswerKey& key) {
  return hash_of(key.first) ^ mix(std::hash<std::string_view>()(key.second));
}

}  // namespace frontrow::sqlite
