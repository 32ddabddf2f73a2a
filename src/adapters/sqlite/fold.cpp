#include "adapters/sqlite/fold.h"

#include <algorithm>

namespace frontrow::sqlite {

Fold::Fold(const Pending& pending)
    : kinds_(Kind<ShowVersion>{pending.show_versions}, Kind<Queue>{pending.queues},
             Kind<Place>{pending.places}, Kind<Entry>{pending.entries}, Kind<Order>{pending.orders},
             Kind<Ticket>{pending.tickets}, Kind<Transfer>{pending.transfers},
             Kind<KeptAnswer>{pending.kept_answers}),
      row_count_(pending.row_count()) {}

// `skip` rows are done already.
template <class Row>
bool Fold::write_kind(Kind<Row>& kind, Tables& tables, std::size_t& skip, std::size_t& limit) {
  const std::size_t size = kind.rows.size();
  if (skip >= size) return skip -= size, true;
  if (kind.sorted.empty()) kind.sorted = kind.rows.sorted();
  const std::size_t end = std::min(size, skip + limit);
  for (std::size_t at = skip; at < end; ++at) tables.put(*kind.sorted[at]);
  limit -= end - skip;
  skip = 0;
  return limit > 0;
}

std::size_t Fold::write(Tables& tables, std::size_t from, std::size_t limit) {
  std::size_t skip = from, left = limit;
  std::apply([&](auto&... kind) { (write_kind(kind, tables, skip, left) && ...); }, kinds_);
  return from + limit - left;
}

}  // namespace frontrow::sqlite
