#include "adapters/sqlite/pending.h"

namespace frontrow::sqlite {

void Pending::put(const Order& row) {
  if (!orders.put(row)) return;
  const NewestOrder* newest = newest_orders_.find(row.user);
  order_before_.push_back(newest ? newest->order : kNone);
  newest_orders_.put({row.user, static_cast<std::uint32_t>(orders.size() - 1)});
}

void Pending::put(const Transfer& row) {
  if (transfers.put(row)) wallets.put({row.user, row.balance_after, row.seq});
}

void Pending::put(const Changes& changes) {
  const auto put_all = [this](const auto& rows) {
    for (const auto& change : rows) put(change.after);
  };
  put_all(changes.show_versions);
  put_all(changes.queues);
  put_all(changes.places);
  put_all(changes.entries);
  put_all(changes.orders);
  put_all(changes.tickets);
  for (const Transfer& row : changes.transfers) put(row);
  for (const KeptAnswer& row : changes.kept_answers) put(row);
}

}  // namespace frontrow::sqlite
