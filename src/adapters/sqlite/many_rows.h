// Writes rows of one kind, many with one statement: that costs two thirds of a statement for each.
//
//   ManyRows tickets(connection, "insert or replace into ticket values", 4);
//   tickets.put(rows, [](Args& args, const Ticket& row, RowText&) { args.blob(row.code)...; });
//
// Requires: the table has no index but its key. One thread at a time.
#pragma once

#include <array>
#include <span>
#include <string>

#include "adapters/sqlite/connection.h"

namespace frontrow::sqlite {

// Room for what a row's columns are made of: it must live until the statement runs.
struct RowText {
  std::string first, second;
};

class ManyRows {
 public:
  // `insert` is the statement up to and with `values`. Requires: connection outlives this.
  ManyRows(Connection& connection, const char* insert, int columns)
      : one_(connection, with_values(insert, columns, 1).c_str()),
        many_(connection, with_values(insert, columns, kRows).c_str()) {}

  template <class Row, class Bind>
  void put(std::span<const Row* const> rows, Bind bind) {
    for (; rows.size() >= kRows; rows = rows.subspan(kRows)) run(many_, rows.first(kRows), bind);
    for (; !rows.empty(); rows = rows.subspan(1)) run(one_, rows.first(1), bind);
  }

 private:
  static constexpr std::size_t kRows = 32;

  static std::string with_values(const char* insert, int columns, std::size_t rows) {
    std::string row = " (?";
    for (int column = 1; column < columns; ++column) row += ", ?";
    row += ')';
    std::string sql = insert + row;
    for (std::size_t i = 1; i < rows; ++i) sql += ',' + row;
    return sql;
  }

  template <class Row, class Bind>
  void run(Statement& statement, std::span<const Row* const> rows, Bind bind) {
    Args args = statement.args();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      texts_[i].first.clear();
      texts_[i].second.clear();
      bind(args, *rows[i], texts_[i]);
    }
    statement.run();
  }

  Statement one_, many_;
  std::array<RowText, kRows> texts_;
};

}  // namespace frontrow::sqlite
