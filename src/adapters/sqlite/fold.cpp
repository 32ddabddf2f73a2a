#include "adapters/sqlite/fold.h"

namespace frontrow::sqlite {

FoldPosition::FoldPosition(const Pending& pending)
    : show_version_(pending.show_versions.begin()),
      queue_(pending.queues.begin()),
      place_(pending.places.begin()),
      entry_(pending.entries.begin()),
      order_(pending.orders.begin()),
      ticket_(pending.tickets.begin()),
      wallet_(pending.wallets.begin()),
      wallet_posting_(pending.wallet_postings.begin()),
      house_posting_(pending.house_postings.begin()),
      kept_answer_(pending.kept_answers.begin()) {}

template <class Map>
std::size_t FoldPosition::write_kind(const Map& map, typename Map::const_iterator& at,
                                     Tables& tables, std::size_t limit) {
  for (; limit > 0 && at != map.end(); ++at, --limit) tables.put(at->second);
  return limit;
}

std::size_t FoldPosition::write(const Pending& pending, Tables& tables, std::size_t limit) {
  limit = write_kind(pending.show_versions, show_version_, tables, limit);
  limit = write_kind(pending.queues, queue_, tables, limit);
  limit = write_kind(pending.places, place_, tables, limit);
  limit = write_kind(pending.entries, entry_, tables, limit);
  limit = write_kind(pending.orders, order_, tables, limit);
  limit = write_kind(pending.tickets, ticket_, tables, limit);
  limit = write_kind(pending.wallets, wallet_, tables, limit);
  limit = write_kind(pending.wallet_postings, wallet_posting_, tables, limit);
  limit = write_kind(pending.house_postings, house_posting_, tables, limit);
  return write_kind(pending.kept_answers, kept_answer_, tables, limit);
}

}  // namespace frontrow::sqlite
