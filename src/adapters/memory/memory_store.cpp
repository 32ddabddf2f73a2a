#include "adapters/memory/memory_store.h"

#include "adapters/memory/disk.h"
#include "base/check.h"

namespace frontrow::memory {
namespace {

Outage fault(const char* what) {
  return {std::string("memory store: ") + what, true};
}

bool fails(const std::function<bool()>& decide) {
  return decide && decide();
}

template <class Map, class Key>
auto look_up(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

template <class Map, class Keys, class Rows>
void find_all(const Map& map, const Keys& keys, Rows& rows) {
  for (const auto& key : keys)
    if (auto row = look_up(map, key)) rows.push_back(std::move(*row));
}

bool matches(const Order& order, const OrderFilter& filter) {
  if (filter.user && order.user != *filter.user) return false;
  if (filter.concert && order.concert != *filter.concert) return false;
  if (filter.show && order.show != *filter.show) return false;
  if (filter.status && order.status != *filter.status) return false;
  if (filter.before && order.id >= *filter.before) return false;
  return !filter.with_tickets || order.status == OrderStatus::paid ||
         order.status == OrderStatus::refunded;
}

class MemoryReader final : public Reader {
 public:
  MemoryReader(std::shared_ptr<Disk> disk, std::function<bool()> read_fails)
      : disk_(std::move(disk)), read_fails_(std::move(read_fails)) {}

  Result<std::optional<User>> user(UserId id) override {
    return read([&] { return look_up(disk_->users, id); });
  }

  Result<std::optional<User>> user_by_email(const std::string& email_key) override {
    return read([&]() -> std::optional<User> {
      if (email_key.empty()) return {};
      for (const auto& [id, user] : disk_->users)
        if (user.email_key == email_key) return user;
      return {};
    });
  }

  Result<std::optional<Session>> session(const Digest& token_hash) override {
    return read([&] { return look_up(disk_->sessions, token_hash); });
  }

  Result<Wallet> wallet(UserId user) override {
    return read([&] {
      return look_up(disk_->wallets, user).value_or(Wallet{.user = user, .balance = {}});
    });
  }

  Result<std::vector<Transfer>> transfers(UserId user, std::optional<std::uint64_t> before_seq,
                                          int limit) override {
    return read([&] {
      std::vector<Transfer> rows;
      auto at = disk_->transfers.lower_bound({user, before_seq.value_or(UINT64_MAX)});
      while (at != disk_->transfers.begin() && rows.size() < static_cast<std::size_t>(limit)) {
        --at;
        if (at->first.first != user) break;
        rows.push_back(at->second);
      }
      return rows;
    });
  }

  Result<std::optional<Order>> order(OrderId id) override {
    return read([&] { return look_up(disk_->orders, id); });
  }

  Result<std::vector<Order>> orders(const OrderFilter& filter) override {
    return read([&] {
      std::vector<Order> rows;
      for (auto at = disk_->orders.rbegin(); at != disk_->orders.rend(); ++at) {
        if (rows.size() == static_cast<std::size_t>(filter.limit)) break;
        if (matches(at->second, filter)) rows.push_back(at->second);
      }
      return rows;
    });
  }

  Result<std::int64_t> count_orders(ShowId show, OrderStatus status) override {
    return read([&] {
      std::int64_t count = 0;
      for (const auto& [id, order] : disk_->orders)
        count += order.show == show && order.status == status;
      return count;
    });
  }

  Result<std::optional<Ticket>> ticket(const TicketCode& code) override {
    return read([&] { return look_up(disk_->tickets, code); });
  }

  Result<std::optional<KeptAnswer>> kept_answer(CallerId caller, const std::string& key) override {
    return read([&] { return look_up(disk_->kept_answers, std::pair(caller, key)); });
  }

  Result<std::vector<Place>> places(SaleNo sale, PlaceNumber after, int limit) override {
    return read([&] {
      std::vector<Place> rows;
      for (auto at = disk_->places.upper_bound({sale, after});
           at != disk_->places.end() && at->first.first == sale; ++at) {
        if (rows.size() == static_cast<std::size_t>(limit)) break;
        rows.push_back(at->second);
      }
      return rows;
    });
  }

  Result<std::vector<AuditEntry>> audit(std::optional<AuditId> before, int limit) override {
    return read([&] {
      std::vector<AuditEntry> rows;
      auto at = before ? disk_->audit.lower_bound(*before) : disk_->audit.end();
      while (at != disk_->audit.begin() && rows.size() < static_cast<std::size_t>(limit))
        rows.push_back((--at)->second);
      return rows;
    });
  }

  Result<std::vector<AuditEntry>> audit_of(const std::string& target, int limit) override {
    return read([&] {
      std::vector<AuditEntry> rows;
      for (auto at = disk_->audit.rbegin();
           at != disk_->audit.rend() && rows.size() < static_cast<std::size_t>(limit); ++at)
        if (at->second.target == target) rows.push_back(at->second);
      return rows;
    });
  }

  Result<Overdue> overdue(Time now) override {
    return read([&] {
      Overdue count;
      for (const auto& [id, entry] : disk_->entries)
        count.entries += entry.state == EntryState::active && entry.expires_at <= now;
      for (const auto& [id, order] : disk_->orders)
        count.holds += order.status == OrderStatus::held && order.hold_expires_at <= now;
      return count;
    });
  }

  Result<Time> scan(RowSink& sink) override {
    return read([&] {
      disk_->scan(sink);
      return disk_->greatest_now;
    });
  }

 private:
  template <class Read>
  auto read(Read rows) -> Result<decltype(rows())> {
    if (fails(read_fails_)) return fault("reading fails");
    const std::lock_guard lock(disk_->mutex);
    return rows();
  }

  std::shared_ptr<Disk> disk_;
  std::function<bool()> read_fails_;
};

template <class Row>
void forget_before(std::vector<Change<Row>>& changes) {
  for (Change<Row>& change : changes) change.before.reset();
}

// As a log tells it.
Changes without_before(Changes changes) {
  forget_before(changes.concerts);
  forget_before(changes.shows);
  forget_before(changes.show_versions);
  forget_before(changes.queues);
  forget_before(changes.places);
  forget_before(changes.entries);
  forget_before(changes.orders);
  forget_before(changes.tickets);
  forget_before(changes.wallets);
  forget_before(changes.users);
  forget_before(changes.sessions);
  forget_before(changes.staff_keys);
  forget_before(changes.signing_keys);
  return changes;
}

class MemoryStore final : public Store {
 public:
  MemoryStore(std::shared_ptr<Disk> disk, Faults faults, bool shared)
      : disk_(std::move(disk)), faults_(std::move(faults)), shared_(shared) {}

  Result<Time> restore(RowSink& sink, Time over_before) override {
    const std::lock_guard lock(disk_->mutex);
    disk_->restore(sink, over_before);
    seen_ = disk_->log.size();
    return disk_->greatest_now;
  }

  Result<std::optional<Time>> begin(NewsSink& news) override {
    FRONTROW_CHECK(!in_batch_, "a batch begins inside a batch");
    if (fails(faults_.begin_fails)) return fault("beginning fails");
    if (shared_ && !fails(faults_.lock_left_out)) batch_ = std::unique_lock(disk_->batch_mutex);
    in_batch_ = true;
    return catch_up(news);
  }

  Result<std::optional<Time>> catch_up(NewsSink& news) override {
    if (!shared_) return std::optional<Time>();
    std::vector<std::pair<Changes, BatchMark>> unseen;
    {
      const std::lock_guard lock(disk_->mutex);
      unseen.assign(disk_->log.begin() + static_cast<std::ptrdiff_t>(seen_), disk_->log.end());
      seen_ = disk_->log.size();
    }
    for (const auto& [rows, mark] : unseen) news.batch(rows, mark);
    return faults_.clock ? std::optional(faults_.clock()) : std::nullopt;
  }

  bool may_tick() override { return !faults_.may_tick || faults_.may_tick(); }

  Result<Found> find(const Needs& needs) override {
    FRONTROW_CHECK(in_batch_, "find outside a batch");
    if (fails(faults_.find_fails)) return fault("finding fails");
    const std::lock_guard lock(disk_->mutex);
    Found found;
    find_all(disk_->wallets, needs.wallets, found.wallets);
    find_all(disk_->orders, needs.orders, found.orders);
    find_all(disk_->tickets, needs.tickets, found.tickets);
    find_all(disk_->users, needs.users, found.users);
    find_all(disk_->kept_answers, needs.kept_answers, found.kept_answers);
    for (const std::string& email : needs.emails)
      for (const auto& [id, user] : disk_->users)
        if (!email.empty() && user.email_key == email) found.users.push_back(user);
    return found;
  }

  CommitFate append(const Changes& changes, const BatchMark& mark) override {
    FRONTROW_CHECK(in_batch_, "append outside a batch");
    in_batch_ = false;
    const AppendFate fate = faults_.append ? faults_.append(changes, mark) : AppendFate::committed;
    if (fate == AppendFate::committed || fate == AppendFate::unknown_committed) {
      const std::lock_guard lock(disk_->mutex);
      disk_->apply(changes, mark);
      if (shared_) disk_->log.emplace_back(without_before(changes), mark);
      if (fate == AppendFate::committed) seen_ = disk_->log.size();
    }
    release();
    switch (fate) {
      case AppendFate::committed:
        return CommitFate::committed;
      case AppendFate::not_committed:
        return CommitFate::not_committed;
      default:
        return CommitFate::unknown;
    }
  }

  void abandon() override {
    in_batch_ = false;
    release();
  }

  Result<std::int64_t> forget_kept_answers(Time before, int limit) override {
    const std::lock_guard lock(disk_->mutex);
    std::int64_t count = 0;
    std::erase_if(disk_->kept_answers, [&](const auto& row) {
      return row.second.at < before && count < limit && ++count;
    });
    return count;
  }

  Result<Done> tidy(Time) override { return Done{}; }

  Result<std::unique_ptr<Reader>> open_reader() override {
    if (fails(faults_.read_fails)) return fault("reading fails");
    return std::unique_ptr<Reader>(std::make_unique<MemoryReader>(disk_, faults_.read_fails));
  }

 private:
  void release() {
    if (batch_.owns_lock()) batch_.unlock();
  }

  std::shared_ptr<Disk> disk_;
  Faults faults_;
  const bool shared_;
  std::unique_lock<std::mutex> batch_;
  std::size_t seen_ = 0;  // of the disk's log
  bool in_batch_ = false;
};

}  // namespace

std::unique_ptr<Store> open_memory_store(std::shared_ptr<Disk> disk, Faults faults) {
  FRONTROW_CHECK(disk != nullptr, "a store without a disk");
  return std::make_unique<MemoryStore>(std::move(disk), std::move(faults), false);
}

std::unique_ptr<Store> open_shared_memory_store(std::shared_ptr<Disk> disk, Faults faults) {
  FRONTROW_CHECK(disk != nullptr, "a store without a disk");
  return std::make_unique<MemoryStore>(std::move(disk), std::move(faults), true);
}

std::unique_ptr<Reader> open_memory_reader(std::shared_ptr<Disk> disk) {
  return std::make_unique<MemoryReader>(std::move(disk), std::function<bool()>());
}

}  // namespace frontrow::memory
