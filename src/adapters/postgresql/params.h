// Arguments in PostgreSQL's binary form: single values and whole arrays of them, and the columns of
// an answer. Integers are bigint on the way in, and of any width on the way out.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/money.h"
#include "base/time.h"
#include "base/uuid.h"

namespace frontrow::postgresql {

enum class Type : std::uint32_t { boolean = 16, bytes = 17, integer = 20, text = 25 };

inline void append_int32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}
inline void append_int64(std::string& out, std::int64_t value) {
  append_int32(out, static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32));
  append_int32(out, static_cast<std::uint32_t>(value));
}

// The values of one array, one after the other.
class Array {
 public:
  explicit Array(Type type) : type_(type) { clear(); }

  void clear();
  void add(std::int64_t value) {
    append_int32(data_, 8);
    append_int64(data_, value);
    ++count_;
  }
  void add(bool value) {
    append_int32(data_, 1);
    data_ += value ? '\1' : '\0';
    ++count_;
  }
  void add(std::string_view value) {
    append_int32(data_, static_cast<std::uint32_t>(value.size()));
    data_ += value;
    ++count_;
  }
  void add_null();

  Type type() const { return type_; }
  std::size_t size() const { return count_; }
  const std::string& data();  // with the head written

 private:
  Type type_;
  std::size_t count_ = 0;
  bool has_null_ = false;
  std::string data_;
};

// The arguments of a statement, from the first to the last.
class Params {
 public:
  Params& integer(std::int64_t value);
  Params& boolean(bool value);
  Params& text(std::string_view value) { return add(static_cast<Oid>(Type::text), value); }
  Params& bytes(std::string_view value) { return add(static_cast<Oid>(Type::bytes), value); }
  template <std::size_t N>
  Params& bytes(const std::array<std::uint8_t, N>& value) {
    return bytes(view_of(value));
  }
  Params& id(const Uuid& value) { return bytes(value.bytes); }
  template <class Tag>
  Params& id(const Id<Tag>& value) {
    return id(value.uuid);
  }
  template <class Enum>
  Params& number(Enum value) {
    return integer(static_cast<std::int64_t>(value));
  }
  Params& time(Time value) { return integer(value.ms); }
  Params& array(Array& values);

 private:
  friend class Pipeline;
  Params& add(Oid type, std::string_view value);

  std::vector<Oid> types_;
  std::vector<std::string> values_;
};

// Reads the columns of one row, from the first to the last. A value of another size than asked for
// is a Failure.
class Columns {
 public:
  Columns(const PGresult* rows, int row) : rows_(rows), row_(row) {}

  bool is_null() const { return PQgetisnull(rows_, row_, at_) != 0; }
  void skip() { ++at_; }
  std::int64_t integer();
  bool boolean() { return view(1)[0] != 0; }
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
  std::string text() { return std::string(blob()); }
  std::optional<std::string> optional_text() {
    if (is_null()) return ++at_, std::nullopt;
    return text();
  }
  std::string_view blob() {
    const std::string_view value(PQgetvalue(rows_, row_, at_),
                                 static_cast<std::size_t>(PQgetlength(rows_, row_, at_)));
    ++at_;
    return value;
  }
  template <class Bytes>
  Bytes bytes() {
    Bytes out;
    std::memcpy(out.data(), view(sizeof out).data(), sizeof out);
    return out;
  }
  Uuid uuid() { return {bytes<std::array<std::uint8_t, 16>>()}; }
  template <class IdType>
  IdType id() {
    return IdType{uuid()};
  }

 private:
  std::string_view view(std::size_t size);  // the next value, which must have this size

  const PGresult* rows_;
  int row_;
  int at_ = 0;
};

}  // namespace frontrow::postgresql
