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

// insert into t (a, b) select * from unnest($1::x[], $2::y[]) on conflict (a) do update set b = …
std::string write_sql(const char* table, const std::vector<Column>& columns, int keys) {
  std::string names, arrays, key, updates;
  int at = 0;
  for (const Column& column : columns) {
    const char* comma = at ? ", " : "";
    names += fmt::format("{}{}", comma, column.name);
    arrays += fmt::format("{}${}::{}", comma, at + 1, array_type(column.type));
    if (at < keys)
      key += fmt::format("{}{}", comma, column.name);
    else
      updates += fmt::format("{0}{1} = excluded.{1}", at > keys ? ", " : "", column.name);
    ++at;
  }
  std::string sql =
      fmt::format("insert into {} ({}) select * from unnest({})", table, names, arrays);
  if (keys > 0) sql += fmt::format(" on conflict ({}) do update set {}", key, updates);
  return sql;
}

}  // namespace

RowSet::RowSet(const char* statement_name, const char* table, std::vector<Column> columns, int keys)
    : statement_{statement_name, write_sql(table, columns, keys)} {
  for (const Column& column : columns) arrays_.emplace_back(column.type);
}

void RowSet::clear() {
  for (Array& array : arrays_) array.clear();
  at_ = 0;
}

void RowSet::add_to(Pipeline& pipeline) {
  Params params;
  for (Array& array : arrays_) params.array(array);
  pipeline.add(statement_, params);
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
