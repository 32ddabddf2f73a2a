#include "adapters/postgresql/journal.h"

#include "store/journal_codec.h"

namespace frontrow::postgresql {
namespace {

constexpr int kRowsAtOnce = 256;  // batches; each holds what its commands changed

// The row of the place itself comes first, without its content, to show that the history is ours.
const Statement kNews{"news", R"(
  select seq, batch, now, case when seq = $1 then ''::bytea else rows end
  from journal where seq >= $1 order by seq limit 257)"};
const Statement kClock{"clock", "select (extract(epoch from clock_timestamp()) * 1000)::bigint"};
const Statement kNewest{"newest", "select seq, batch, now from journal order by seq desc limit 1"};

JournalPlace read_place(Columns& row) {
  JournalPlace place;
  place.seq = row.integer();
  place.batch = row.uuid();
  place.now = row.time();
  return place;
}

[[noreturn]] void fail(const char* why) {
  throw Failure{Failure::Kind::broken, why};
}

}  // namespace

JournalPlace newest_place(Connection& connection) {
  const Rows rows = connection.run(kNewest);
  if (PQntuples(rows.get()) == 0) return {};
  Columns row(rows.get(), 0);
  return read_place(row);
}

void Follower::ask(Pipeline& pipeline, const JournalPlace& place) {
  pipeline.add(kNews, Params().integer(place.seq));
  pipeline.add(kClock);
}

void Follower::require_place(const PGresult* rows) const {
  if (place_.seq == 0) return;
  Columns row(rows, 0);
  if (PQntuples(rows) == 0 || read_place(row).batch != place_.batch)
    fail(
        "postgresql: the journal does not continue what this node knows: it was away for too long, "
        "or the database has lost commits; start again to read everything anew");
}

bool Follower::take(const Rows& rows, const Rows& clock, NewsSink& news) {
  require_place(rows.get());
  const int count = PQntuples(rows.get());
  for (int i = place_.seq == 0 ? 0 : 1; i < count; ++i) {
    Columns row(rows.get(), i);
    const JournalPlace next = read_place(row);
    Changes changes;
    if (next.seq != place_.seq + 1) fail("postgresql: the journal has a gap; start again");
    if (!decode_news(row.blob(), changes, *sealer_, next.batch))
      fail(
          "postgresql: a journal row cannot be read: it is damaged, a newer version wrote it, or "
          "another master key sealed it");
    news.batch(changes, {next.batch, next.now});
    place_ = next;
  }
  now_ = std::max(now_, Columns(clock.get(), 0).time());
  return count > kRowsAtOnce;
}

}  // namespace frontrow::postgresql
