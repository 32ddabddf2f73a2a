// Writes rows into their tables: a row replaces the one with the same key. On the writing
// connection alone, inside a transaction. The statements stand in tables.cpp, each above the
// function that runs it.
#pragma once

#include <span>
#include <string>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/many_rows.h"
#include "domain/changes.h"
#include "store/store.h"

namespace frontrow::sqlite {

// A place's key. Sales have numbers below 2^31.
inline std::int64_t place_key(SaleNo sale, PlaceNumber number) {
  return static_cast<std::int64_t>(std::uint64_t{sale} << 32 | number);
}
inline SaleNo sale_of_key(std::int64_t key) {
  return static_cast<SaleNo>(static_cast<std::uint64_t>(key) >> 32);
}
inline PlaceNumber number_of_key(std::int64_t key) {
  return static_cast<PlaceNumber>(key);
}

// What a sealed secret is bound to.
std::string draw_secret_context(const Concert& row);
std::string member_key_context(const Concert& row);
std::string signing_key_context(const SigningKeyRow& row);

class Tables {
 public:
  // Requires: connection and sealer outlive this.
  Tables(Connection& connection, const SecretSealer& sealer);

  // Rows that are written with their batch.
  void put(const Concert& row);
  void put(const Show& row);
  void put(const User& row);
  void put(const Session& row);
  void put(const StaffKey& row);
  void put(const SigningKeyRow& row);
  void put(const AuditEntry& row);

  // Rows that come out of the journal; quickest in the order of their keys.
  template <class Row>
  using Rows = std::span<const Row* const>;
  void put(Rows<ShowVersion> rows);
  void put(Rows<Queue> rows);
  void put(Rows<Place> rows);
  void put(Rows<Entry> rows);
  void put(Rows<Order> rows);
  void put_users(Rows<Order> rows);  // which orders a user has; in the order of users and ids
  void put(Rows<Ticket> rows);
  void put(Rows<Transfer> rows);
  void put(Rows<KeptAnswer> rows);

 private:
  const SecretSealer& sealer_;
  std::string scratch_, scratch_more_;
  Statement concert_, show_, user_, session_, staff_key_, signing_key_, audit_;
  ManyRows show_versions_, queues_, places_, entries_, orders_, orders_of_users_, tickets_,
      transfers_;
  Statement kept_answer_;
};

// Whether a batch has rows that are written with it.
bool has_direct_rows(const Changes& changes);
void put_direct_rows(Tables& tables, const Changes& changes);

}  // namespace frontrow::sqlite
