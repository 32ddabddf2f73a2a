// Folds the old pending rows into their tables, a slice with each commit, in the order of their
// keys: sorted, many rows share a page, and a row that changed often is written once.
#pragma once

#include <memory>
#include <tuple>

#include "adapters/sqlite/pending.h"
#include "adapters/sqlite/tables.h"

namespace frontrow::sqlite {

// How far the folding of a Pending has come. A value, so that it can be taken back with a
// transaction.
class FoldPosition {
 public:
  FoldPosition() = default;
  explicit FoldPosition(const Pending& pending);

  // Writes up to `limit` rows, and says how many rows of the limit are left.
  std::size_t write(const Pending& pending, Tables& tables, std::size_t limit);

 private:
  template <class Map>
  std::size_t write_kind(const Map& map, typename Map::const_iterator& at, Tables& tables,
                         std::size_t limit);

  std::map<ShowId, ShowVersion>::const_iterator show_version_;
  std::map<SaleNo, Queue>::const_iterator queue_;
  std::map<std::pair<SaleNo, PlaceNumber>, Place>::const_iterator place_;
  std::map<EntryId, Entry>::const_iterator entry_;
  std::map<OrderId, Order>::const_iterator order_;
  std::map<TicketCode, Ticket>::const_iterator ticket_;
  std::map<UserId, Wallet>::const_iterator wallet_;
  std::map<std::pair<UserId, std::uint64_t>, WalletPosting>::const_iterator wallet_posting_;
  std::map<Uuid, HousePosting>::const_iterator house_posting_;
  std::map<std::pair<CallerId, std::string>, KeptAnswer>::const_iterator kept_answer_;
};

}  // namespace frontrow::sqlite
