#include "laws/law_book.h"

#include "base/planted.h"
#include "laws/money_laws.h"
#include "laws/order_laws.h"
#include "laws/queue_laws.h"
#include "laws/seat_laws.h"

namespace frontrow {

LawBook LawBook::standard() {
  std::vector<std::unique_ptr<Law>> laws;
  laws.push_back(std::make_unique<OneOwnerASeat>());
  laws.push_back(std::make_unique<SeatsAddUp>());
  laws.push_back(std::make_unique<TransfersFitTheirKind>());
  laws.push_back(std::make_unique<WalletsAreTheirTransfers>());
  laws.push_back(std::make_unique<PaymentsPayOneOrder>());
  laws.push_back(std::make_unique<OrdersKeepToTheDrawing>());
  laws.push_back(std::make_unique<HoldsRestOnEntries>());
  laws.push_back(std::make_unique<OnePlaceAPerson>());
  laws.push_back(std::make_unique<CapacityHolds>());
  laws.push_back(std::make_unique<OnlyTheCalledEnter>());
  laws.push_back(std::make_unique<QueueCountersMatch>());
  laws.push_back(std::make_unique<VersionsGrow>());
  return LawBook(std::move(laws));
}

std::optional<Violation> LawBook::check(const Changes& changes, const State& after) {
  if (any_planted()) return {};
  for (const auto& law : laws_)
    if (auto breach = law->broken_by(changes, after))
      return Violation{std::string(law->name()), std::move(breach->text),
                       std::move(breach->aggregates)};
  return {};
}

void LawBook::committed(const Changes& changes) {
  for (const auto& law : laws_) {
    for (const auto& change : changes.places) law->learn(change.after);
    for (const auto& change : changes.entries) law->learn(change.after);
    for (const auto& change : changes.orders) law->learn(change.after);
  }
}

}  // namespace frontrow
