// Folds the old pending rows into their tables, a slice with each commit, in the order of their
// keys: sorted, many rows share a page, and a row that changed often is written once.
#pragma once

#include <tuple>
#include <vector>

#include "adapters/sqlite/pending.h"
#include "adapters/sqlite/tables.h"

namespace frontrow::sqlite {

class Fold {
 public:
  // Requires: `pending` outlives this and does not change.
  explicit Fold(const Pending& pending);

  // Writes the rows from position `from` on, up to `limit` of them, and gives the position after
  // them. The caller remembers it when the transaction is committed.
  std::size_t write(Tables& tables, std::size_t from, std::size_t limit);

  std::size_t row_count() const { return row_count_; }

 private:
  template <class Row>
  struct Kind {
    const RowTable<Row>& rows;
    std::vector<const Row*> sorted = {};  // made when the first of them is folded
  };
  struct UsersOfOrders {
    const RowTable<Order>& rows;
    std::vector<const Order*> sorted = {};  // by user and id
  };
  template <class Row>
  static void put(Kind<Row>& kind, Tables& tables, std::size_t from, std::size_t end);
  static void put(UsersOfOrders& users, Tables& tables, std::size_t from, std::size_t end);
  template <class AnyKind>
  bool write_kind(AnyKind& kind, Tables& tables, std::size_t& skip, std::size_t& limit);

  std::tuple<Kind<ShowVersion>, Kind<Queue>, Kind<Place>, Kind<Entry>, Kind<Order>, UsersOfOrders,
             Kind<Ticket>, Kind<Transfer>, Kind<KeptAnswer>>
      kinds_;
  std::size_t row_count_;
};

}  // namespace frontrow::sqlite
