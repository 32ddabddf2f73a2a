#include "server/copy_rows.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "server/snapshot_report.h"

namespace frontrow::server {
namespace {

constexpr std::size_t kRowsAtOnce = 4096;

// How far it is, on a terminal alone.
class Progress {
 public:
  explicit Progress(std::string_view doing) : doing_(doing), is_shown_(::isatty(2) == 1) {}
  ~Progress() {
    if (was_shown_) fmt::print(stderr, "\r\033[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(RowKind kind) {
    ++rows_;
    if (is_shown_ && rows_ % 1024 == 0) show(kind);
  }

 private:
  void show(RowKind kind) {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_at_ < std::chrono::milliseconds(200)) return;
    shown_at_ = now;
    was_shown_ = true;
    fmt::print(stderr, "\r\033[K{}: {} rows, now {}", doing_, rows_, to_text(kind));
  }

  std::string_view doing_;
  bool is_shown_, was_shown_ = false;
  std::int64_t rows_ = 0;
  std::chrono::steady_clock::time_point shown_at_;
};

template <class Row>
auto& list_of(Changes& changes) {
  // clang-format off
  if constexpr (std::is_same_v<Row, Concert>) return changes.concerts;
  else if constexpr (std::is_same_v<Row, Show>) return changes.shows;
  else if constexpr (std::is_same_v<Row, ShowVersion>) return changes.show_versions;
  else if constexpr (std::is_same_v<Row, Queue>) return changes.queues;
  else if constexpr (std::is_same_v<Row, Place>) return changes.places;
  else if constexpr (std::is_same_v<Row, Entry>) return changes.entries;
  else if constexpr (std::is_same_v<Row, Order>) return changes.orders;
  else if constexpr (std::is_same_v<Row, Ticket>) return changes.tickets;
  else if constexpr (std::is_same_v<Row, Wallet>) return changes.wallets;
  else if constexpr (std::is_same_v<Row, Transfer>) return changes.transfers;
  else if constexpr (std::is_same_v<Row, User>) return changes.users;
  else if constexpr (std::is_same_v<Row, Session>) return changes.sessions;
  else if constexpr (std::is_same_v<Row, StaffKey>) return changes.staff_keys;
  else if constexpr (std::is_same_v<Row, SigningKeyRow>) return changes.signing_keys;
  else if constexpr (std::is_same_v<Row, AuditEntry>) return changes.audit;
  else return changes.kept_answers;
  // clang-format on
}

template <class Row>
void append(std::vector<Change<Row>>& list, const Row& row) {
  list.push_back({{}, row});
}
template <class Row>
void append(std::vector<Row>& list, const Row& row) {
  list.push_back(row);
}

// Sends the source's rows to the target as they are read, and proves them on the way.
class Pump final : public EachRow<Pump> {
 public:
  explicit Pump(Filling& target) : target_(target) {}

  template <class Row>
  void each(RowKind kind, const Row& row) {
    if (failure_) return;
    proof_.each(kind, row);
    append(list_of<Row>(waiting_), row);
    progress_.add(kind);
    if (++waiting_rows_ == kRowsAtOnce) flush();
  }
  // Requires: the scan is over.
  Result<StoreFacts> finish() {
    flush();
    if (failure_) return *failure_;
    return proof_.finish();
  }

 private:
  void flush() {
    if (failure_ || waiting_rows_ == 0) return;
    if (const auto added = target_.add(waiting_); !added) failure_ = added.error();
    waiting_.clear();
    waiting_rows_ = 0;
  }

  Filling& target_;
  RowProof proof_;
  Progress progress_{"copying"};
  Changes waiting_;
  std::size_t waiting_rows_ = 0;
  std::optional<Outage> failure_;
};

class Prover final : public EachRow<Prover> {
 public:
  template <class Row>
  void each(RowKind kind, const Row& row) {
    proof_.each(kind, row);
    progress_.add(kind);
  }
  StoreFacts finish() { return proof_.finish(); }

 private:
  RowProof proof_;
  Progress progress_{"comparing"};
};

std::string difference_of(const StoreFacts& source, const StoreFacts& target) {
  std::string kinds;
  for (std::size_t i = 0; i < kRowKinds; ++i) {
    const KindFacts &left = source.kinds[i], &right = target.kinds[i];
    if (left.rows == right.rows && left.digest == right.digest) continue;
    kinds += fmt::format("{}{}", kinds.empty() ? "" : ", ", to_text(static_cast<RowKind>(i)));
  }
  return kinds;
}

// The counts of `check`, and after them those of the kinds that no law is about.
template <class Tell>
void each_count(const Comparison& both, Tell tell) {
  for (const SnapshotCount& count : kSnapshotCounts)
    tell(count.name, both.source.report.counts.*count.value,
         both.target.report.counts.*count.value);
  for (auto i = static_cast<std::size_t>(RowKind::session); i < kRowKinds; ++i)
    tell(to_text(static_cast<RowKind>(i)), both.source.kinds[i].rows, both.target.kinds[i].rows);
}

}  // namespace

Result<Comparison> fill(const Scan& scan, Filling& target) {
  Pump pump(target);
  const auto read = scan(pump);
  if (!read) return read.error();
  auto source = pump.finish();
  if (!source) return source.error();
  Prover prover;
  if (const auto proved = target.scan(prover); !proved) return proved.error();
  Comparison done{std::move(*source), prover.finish(), *read};
  done.difference = difference_of(done.source, done.target);
  return done;
}

std::string as_json(const Comparison& both) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("ok").boolean(both.ok()).key("counts").begin_object();
  each_count(both, [&](std::string_view name, std::int64_t source, std::int64_t target) {
    json.key(name).begin_object().key("source").number(source).key("target").number(target);
    json.end_object();
  });
  json.end_object().key("different").string(both.difference);
  for (const auto& [name, facts] : {std::pair("source", &both.source), {"target", &both.target}}) {
    json.key(name).begin_object();
    write_violations(json, facts->report);
    json.end_object();
  }
  json.end_object();
  return out;
}

void print(const Comparison& both) {
  fmt::print("{:16} {:>16} {:>16}\n", "", "source", "target");
  each_count(both, [](std::string_view name, std::int64_t source, std::int64_t target) {
    fmt::print("{:16} {:>16} {:>16}\n", name, source, target);
  });
  print_violations(both.source.report);
  if (!both.difference.empty()) {
    print_violations(both.target.report);
    fmt::print("DIFFERENT  {}\n", both.difference);
  }
  if (both.ok()) fmt::print("every row is equal, every law holds\n");
}

}  // namespace frontrow::server
