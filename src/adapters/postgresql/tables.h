// Writes rows: all of a batch's rows of one table with one statement, as one array a column.
//
//   Tables tables(sealer);
//   tables.add_to(pipeline, changes);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/postgresql/connection.h"
#include "domain/changes.h"
#include "store/store.h"

namespace frontrow::postgresql {

// What binds a sealed secret to its row.
std::string draw_secret_context(const Concert& row);
std::string member_key_context(const Concert& row);
std::string signing_key_context(const SigningKeyRow& row);

struct Column {
  const char* name;
  Type type;
};

// The rows of one table, column after column.
class RowSet {
 public:
  // The first `keys` columns are the key.
  RowSet(const char* table, const std::vector<Column>& columns, int keys);

  void clear();
  bool empty() const { return arrays_.front().size() == 0; }
  void insert(Pipeline& pipeline);  // a row whose key is there already is an error
  void put(Pipeline& pipeline);     // such a row is replaced

  // The columns of a row, from the first to the last.
  RowSet& integer(std::int64_t value) { return next().add(value), *this; }
  RowSet& boolean(bool value) { return next().add(value), *this; }
  RowSet& text(std::string_view value) { return next().add(value), *this; }
  RowSet& optional_text(const std::optional<std::string>& value);
  RowSet& bytes(std::string_view value) { return next().add(value), *this; }
  template <std::size_t N>
  RowSet& bytes(const std::array<std::uint8_t, N>& value) {
    return bytes(view_of(value));
  }
  RowSet& id(const Uuid& value) { return bytes(value.bytes); }
  template <class Tag>
  RowSet& id(const Id<Tag>& value) {
    return id(value.uuid);
  }
  template <class Enum>
  RowSet& number(Enum value) {
    return integer(static_cast<std::int64_t>(value));
  }
  RowSet& time(Time value) { return integer(value.ms); }
  RowSet& time(const std::optional<Time>& value);
  RowSet& money(Money value) { return integer(value.amount); }

 private:
  Array& next() {
    Array& array = arrays_[at_];
    if (++at_ == arrays_.size()) at_ = 0;
    return array;
  }

  Params params();

  Statement insert_, put_;
  std::vector<Array> arrays_;
  std::size_t at_ = 0;
};

class Tables {
 public:
  explicit Tables(const SecretSealer& sealer);

  // The last value of each row that changed, one statement a table.
  void add_to(Pipeline& pipeline, const Changes& changes);

 private:
  void put(const Concert& row);
  void put(const Show& row);
  void put(const ShowVersion& row);
  void put(const Queue& row);
  void put(const Place& row);
  void put(const Entry& row);
  void put(const Order& row);
  void put(const Ticket& row);
  void put(const Wallet& row);
  void put(const Transfer& row);
  void put(const User& row);
  void put(const Session& row);
  void put(const StaffKey& row);
  void put(const SigningKeyRow& row);
  void put(const AuditEntry& row);
  void put(const KeptAnswer& row);

  template <class Changed>
  void put_last(Pipeline& pipeline, RowSet& set, const Changed& changes);
  template <class Changed>
  void put_new_apart(Pipeline& pipeline, RowSet& set, const Changed& changes);
  template <class Row>
  void insert_all(Pipeline& pipeline, RowSet& set, const std::vector<Row>& rows);

  const SecretSealer& sealer_;
  std::string scratch_;
  RowSet concerts_, shows_, show_versions_, queues_, places_, entries_, orders_, tickets_, wallets_,
      transfers_, users_, sessions_, staff_keys_, signing_keys_, audit_, kept_answers_;
};

}  // namespace frontrow::postgresql
