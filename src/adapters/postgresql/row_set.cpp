#include <fmt/format.h>

#include "adapters/postgresql/tables.h"

namespace frontrow::postgresql {
namespace {

const char* array_type(Type type) {
  switch (type) {
    case Type::boolean:
      return "boolean[]";
    case Type::bytes:
      return "bytea[]";
    case Type::integer:
      return "bigint[]";
    case Type::text:
      return "text[]";
  }
  return "";
}

// insert into t (a, b) select unnest($1::x[]), unnest($2::y[])
std::string insert_sql(const char* table, const std::vector<Column>& columns) {
  std::string names, arrays;
  int at = 0;
  for (const Column& column : columns) {
    const char* comma = at ? ", " : "";
    names += fmt::format("{}{}", comma, column.name);
    arrays += fmt::format("{}unnest(${}::{})", comma, ++at, array_type(column.type));
  }
  return fmt::format("insert into {} ({}) select {}", table, names, arrays);
}

// … on conflict (a) do update set b = excluded.b
std::string put_sql(const char* table, const std::vector<Column>& columns, int keys) {
  std::string key, updates;
  int at = 0;
  for (const Column& column : columns) {
    if (at < keys)
      key += fmt::format("{}{}", at ? ", " : "", column.name);
    else
      updates += fmt::format("{0}{1} = excluded.{1}", at > keys ? ", " : "", column.name);
    ++at;
  }
  return fmt::format("{} on conflict ({}) do update set {}", insert_sql(table, columns), key,
                     updates);
}

}  // namespace

RowSet::RowSet(const char* table, const std::vector<Column>& columns, int keys)
    : insert_{fmt::format("insert_{}", table), insert_sql(table, columns)},
      put_{fmt::format("put_{}", table), put_sql(table, columns, keys)} {
  for (const Column& column : columns) arrays_.emplace_back(column.type);
}

void RowSet::clear() {
  for (Array& array : arrays_) array.clear();
  at_ = 0;
}

Params RowSet::params() {
  Params params;
  for (Array& array : arrays_) params.array(array);
  return params;
}

void RowSet::insert(Pipeline& pipeline) {
  pipeline.add(insert_, params());
}

void RowSet::put(Pipeline& pipeline) {
  pipeline.add(put_, params());
}

RowSet& RowSet::optional_text(const std::optional<std::string>& value) {
  if (value) return text(std::string_view(*value));
  return next().add_null(), *this;
}

RowSet& RowSet::time(const std::optional<Time>& value) {
  if (value) return time(*value);
  return next().add_null(), *this;
}

}  // namespace frontrow::postgresql
