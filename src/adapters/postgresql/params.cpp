#include "adapters/postgresql/params.h"

#include "adapters/postgresql/connection.h"

namespace frontrow::postgresql {
namespace {

constexpr std::size_t kHeadBytes = 20;

Oid array_of(Type type) {
  switch (type) {
    case Type::boolean:
      return 1000;
    case Type::bytes:
      return 1001;
    case Type::integer:
      return 1016;
    case Type::text:
      return 1009;
  }
  return 0;
}

void write_int32(std::string& data, std::size_t at, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) data[at++] = static_cast<char>(value >> shift);
}

}  // namespace

void Array::clear() {
  data_.assign(kHeadBytes, '\0');
  count_ = 0;
  has_null_ = false;
}

void Array::add_null() {
  append_int32(data_, UINT32_MAX);
  has_null_ = true;
  ++count_;
}

// One dimension, whether there are nulls, the items' type, their count, the first one's number.
const std::string& Array::data() {
  write_int32(data_, 0, 1);
  write_int32(data_, 4, has_null_ ? 1 : 0);
  write_int32(data_, 8, static_cast<std::uint32_t>(type_));
  write_int32(data_, 12, static_cast<std::uint32_t>(count_));
  write_int32(data_, 16, 1);
  return data_;
}

Params& Params::add(Oid type, std::string_view value) {
  types_.push_back(type);
  values_.emplace_back(value);
  return *this;
}

Params& Params::integer(std::int64_t value) {
  std::string data;
  append_int64(data, value);
  return add(static_cast<Oid>(Type::integer), data);
}

Params& Params::boolean(bool value) {
  return add(static_cast<Oid>(Type::boolean), std::string(1, value ? '\1' : '\0'));
}

Params& Params::array(Array& values) {
  return add(array_of(values.type()), values.data());
}

std::string_view Columns::view(std::size_t size) {
  const std::string_view value = blob();
  if (value.size() != size)
    throw Failure{Failure::Kind::broken, "postgresql: a column of another size than expected"};
  return value;
}

std::int64_t Columns::integer() {
  const std::string_view value = blob();
  if (value.size() != 2 && value.size() != 4 && value.size() != 8)
    throw Failure{Failure::Kind::broken, "postgresql: a column that is no integer"};
  std::uint64_t out = (value[0] & 0x80) ? UINT64_MAX : 0;
  for (const char byte : value) out = out << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(out);
}

}  // namespace frontrow::postgresql
