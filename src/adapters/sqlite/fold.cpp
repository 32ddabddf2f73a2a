#include "adapters/sqlite/fold.h"

#include <algorithm>

namespace frontrow::sqlite {

Fold::Fold(const Pending& pending)
    : kinds_(Kind<ShowVersion>{pending.show_versions}, Kind<Queue>{pending.queues},
             Kind<Place>{pending.places}, Kind<Entry>{pending.entries}, Kind<Order>{pending.orders},
             UsersOfOrders{pending.orders}, Kind<Ticket>{pending.tickets},
             Kind<Transfer>{pending.transfers}, Kind<KeptAnswer>{pending.kept_answers}),
      row_count_(pending.row_count() + pending.orders.size()) {}

template <class Row>
void Fold::put(Kind<Row>& kind, Tables& tables, std::size_t from, std::size_t end) {
  if (kind.sorted.empty()) kind.sorted = kind.rows.sorted();
  tables.put(std::span(kind.sorted).subspan(from, end - from));
}

void Fold::put(UsersOfOrders& users, Tables& tables, std::size_t from, std::size_t end) {
  if (users.sorted.empty()) {
    for (const Order& order : users.rows) users.sorted.push_back(&order);
    std::sort(users.sorted.begin(), users.sorted.end(), [](const Order* a, const Order* b) {
      return std::tie(a->user, a->id) < std::tie(b->user, b->id);
    });
  }
  tables.put_users(std::span(users.sorted).subspan(from, end - from));
}

// `skip` rows are done already.
template <class AnyKind>
bool Fold::write_kind(AnyKind& kind, Tables& tables, std::size_t& skip, std::size_t& limit) {
  const std::size_t size = kind.rows.size();
  if (skip >= size) return skip -= size, true;
  const std::size_t end = std::min(size, skip + limit);
  put(kind, tables, skip, end);
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
