// A connection to the database file and its statements. Every call that fails throws a Failure,
// which never leaves this folder: the port's functions turn it into an Outage.
//
//   Statement find(connection, "select balance from wallet where user = ?");
//   find.args().id(user);
//   while (find.step()) { Columns row(find); row.money(); }
//
// One thread at a time.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/money.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"

namespace frontrow::sqlite {

struct Failure {
  int code;          // SQLite's extended code
  std::string what;  // holds no value of a row
};
Outage to_outage(const Failure& failure);

// Runs `work` and turns a Failure into an Outage.
template <class Work>
auto guarded(Work work) -> Result<decltype(work())> {
  try {
    return work();
  } catch (const Failure& failure) {
    return to_outage(failure);
  }
}

class Connection {
 public:
  enum class Mode { read, write };
  // `write` makes the file where there is none. Pages, journal and synchronisation are set; see the
  // README for which and why.
  Connection(const std::filesystem::path& file, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void run(const char* sql);              // statements without arguments and rows
  std::int64_t integer(const char* sql);  // the one value of the one row
  sqlite3* handle() const { return db_; }
  [[noreturn]] void fail(const char* doing) const;

 private:
  sqlite3* db_ = nullptr;
};

// Gives the arguments of a statement, from the first to the last. Texts and blobs are not copied:
// they must live until the step.
class Args {
 public:
  explicit Args(sqlite3_stmt* statement) : statement_(statement) {}

  Args& integer(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++at_, value);
    return *this;
  }
  Args& boolean(bool value) { return integer(value ? 1 : 0); }
  template <class Enum>
  Args& number(Enum value) {
    return integer(static_cast<std::int64_t>(value));
  }
  Args& time(Time value) { return integer(value.ms); }
  Args& time(const std::optional<Time>& value) { return value ? integer(value->ms) : null(); }
  Args& money(Money value) { return integer(value.amount); }
  Args& text(std::string_view value) {
    sqlite3_bind_text(statement_, ++at_, value.data() ? value.data() : "",
                      static_cast<int>(value.size()), SQLITE_STATIC);
    return *this;
  }
  Args& blob(const void* data, std::size_t size) {
    sqlite3_bind_blob64(statement_, ++at_, data ? data : "", size, SQLITE_STATIC);
    return *this;
  }
  Args& blob(std::string_view value) { return blob(value.data(), value.size()); }
  template <class Item, std::size_t N>
  Args& blob(const std::array<Item, N>& value) {
    return blob(value.data(), N);
  }
  Args& id(const Uuid& value) { return blob(value.bytes); }
  template <class Tag>
  Args& id(const Id<Tag>& value) {
    return blob(value.uuid.bytes);
  }
  Args& null() {
    sqlite3_bind_null(statement_, ++at_);
    return *this;
  }

 private:
  sqlite3_stmt* statement_;
  int at_ = 0;
};

class Statement {
 public:
  Statement(Connection& connection, const char* sql);
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Starts anew: forgets rows and position, keeps nothing bound.
  Args args() {
    sqlite3_reset(statement_);
    return Args(statement_);
  }
  // Whether there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail();
    sqlite3_reset(statement_);
    return false;
  }
  // For statements that have no rows.
  void run() {
    while (step()) {
    }
  }
  void reset() { sqlite3_reset(statement_); }
  sqlite3_stmt* handle() const { return statement_; }

 private:
  [[noreturn]] void fail();
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
};

// Reads the columns of the row that a statement stands on, from the first to the last. A blob of
// another size than asked for is a Failure: the file is damaged.
class Columns {
 public:
  explicit Columns(const Statement& statement) : statement_(statement.handle()) {}

  std::int64_t integer() { return sqlite3_column_int64(statement_, at_++); }
  bool boolean() { return integer() != 0; }
  template <class Number>
  Number number() {
    return static_cast<Number>(integer());
  }
  Time time() { return {integer()}; }
  std::optional<Time> optional_time() {
    if (is_null()) return ++at_, std::nullopt;
    return time();
  }
  Money money() { return {integer()}; }
  bool is_null() const { return sqlite3_column_type(statement_, at_) == SQLITE_NULL; }
  void skip() { ++at_; }
  // Valid until the next step.
  std::string_view blob() {
    const void* data = sqlite3_column_blob(statement_, at_);
    const int size = sqlite3_column_bytes(statement_, at_++);
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
  }
  std::string text() { return std::string(blob()); }
  template <class Array>
  Array bytes() {
    Array out;
    const std::string_view data = blob();
    if (data.size() != sizeof out) throw Failure{SQLITE_CORRUPT, "sqlite: a blob of wrong size"};
    std::memcpy(out.data(), data.data(), sizeof out);
    return out;
  }
  template <class IdType>
  IdType id() {
    return IdType{uuid()};
  }
  Uuid uuid() { return {bytes<std::array<std::uint8_t, 16>>()}; }

 private:
  sqlite3_stmt* statement_;
  int at_ = 0;
};

}  // namespace frontrow::sqlite
