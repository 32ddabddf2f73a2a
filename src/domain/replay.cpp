#include "domain/replay.h"

namespace frontrow {
namespace {

// A sale that was over when this node started has no places here, and nothing of it is decided.
bool is_followed(State& state, SaleNo number) {
  const SaleState* sale = state.sale(number);
  return sale && !sale->is_over;
}

// Of an order that memory does not keep, the seats that it owned: only a paid one is ever put again
// (refunded), with the same seats.
void recall(State& state, const Order& row) {
  if (row.status != OrderStatus::refunded || state.order(row.id)) return;
  Order before = row;
  before.status = OrderStatus::paid;
  state.scratch().orders[row.id] = before;
}

void replay_order(State& state, const Order& row) {
  if (!state.show(row.show)) return;
  recall(state, row);
  state.put(row);
}

// A change that is told once more is passed over: a node may have read it with the rows already.
bool is_new(State& state, const Queue& row) {
  const SaleState* sale = state.sale(row.sale_no);
  return sale && row.version > sale->queue.version;
}

void put_again(State& state, Queue row) {
  --row.version;  // putting moves it on
  state.put(std::move(row));
}

}  // namespace

void replay(State& state, const Changes& rows) {
  for (const auto& change : rows.concerts)
    if (!state.sale(change.after.id)) state.put(change.after);
  for (const auto& change : rows.shows) state.put(change.after);
  for (const auto& change : rows.places)
    if (is_followed(state, change.after.sale_no)) state.put(change.after);
  for (const auto& change : rows.entries)
    if (is_followed(state, change.after.sale_no)) state.put(change.after);
  for (const auto& change : rows.orders) replay_order(state, change.after);
  // After the places: calling looks at who is there.
  for (const auto& change : rows.queues)
    if (is_new(state, change.after)) put_again(state, change.after);
  // After the calls: those were made by the settings of before, at the beginning of the batch.
  for (const auto& change : rows.concerts) state.put(change.after);
  for (const Transfer& row : rows.transfers) {
    state.put(Wallet{row.user, row.balance_after, row.seq});
    state.add(row);
  }
  for (const auto& change : rows.users) state.put(change.after);
  for (const auto& change : rows.sessions) state.put(change.after, std::nullopt);
  for (const auto& change : rows.staff_keys) state.put(change.after);
  for (const auto& change : rows.signing_keys) state.put(change.after);
  for (const auto& change : rows.show_versions)
    if (state.show(change.after.show)) state.restore_version(change.after);
}

}  // namespace frontrow
