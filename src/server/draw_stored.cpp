#include "server/draw_stored.h"

#include <fmt/format.h>

#include "adapters/postgresql/postgresql_store.h"
#include "base/encoding.h"
#include "domain/draw.h"
#include "identity/system_random.h"
#include "server/database_access.h"
#include "server/draw_verify.h"
#include "server/ending.h"
#include "server/installation.h"

namespace frontrow::server {
namespace {

// Keeps what one concert's draw consists of.
class DrawSink final : public RowSink {
 public:
  explicit DrawSink(ConcertId wanted) : wanted_(wanted) {}

  bool wants(RowKind kind) const override {
    return kind == RowKind::concert || kind == RowKind::queue || kind == RowKind::place;
  }
  void take(const Concert& row) override {
    if (row.id == wanted_) concert = row;
  }
  void take(const Queue& row) override {
    if (concert && row.sale_no == concert->sale_no) queue = row;
  }
  // In the order of their numbers. Who joined after the lobby stands behind it undrawn.
  void take(const Place& row) override {
    if (!queue || row.sale_no != queue->sale_no || row.number > queue->lobby_count) return;
    joins.push_back({row.number, member_tag(concert->member_key, row.user), row.joined_at});
  }

  std::optional<Concert> concert;
  std::optional<Queue> queue;
  std::vector<JoinRecord> joins;

 private:
  ConcertId wanted_;
};

Result<Draw, Ending> held_draw(const DrawSink& found, const std::string& id) {
  if (!found.concert) return Ending{kNo, "there is no concert " + id};
  if (!found.concert->sale.draw)
    return Ending{kUsage, id + " has no draw: it is first come, first served"};
  if (!found.queue || !found.queue->drawn)
    return Ending{kUsage, "the draw of " + id + " has not been held yet"};
  const Digest commitment = draw_commitment(found.concert->draw_secret);
  return Draw{.name = fmt::format("{} ({} joins, commitment {})", id, found.joins.size(),
                                  to_hex(view_of(commitment))),
              .concert = found.concert->id,
              .commitment = commitment,
              .secret = found.concert->draw_secret,
              .join_digest = found.queue->join_digest,
              .seed = found.queue->draw_seed,
              .public_input = found.concert->public_input,
              .joins = found.joins,
              .count = found.queue->lobby_count};
}

Result<std::unique_ptr<Reader>, Ending> open_stored(const Settings& settings,
                                                    const SecretSealer& sealer) {
  auto reader = is_shared(settings)
                    ? postgresql::open_postgresql_reader(settings.store_url, &sealer)
                    : open_reader_with_secrets(settings.data, sealer);
  if (!reader) return Ending{kOutage, reader.error().what};
  return std::move(*reader);
}

// A database on PostgreSQL needs no data folder: the master key's file may be named alone.
Result<Done, Ending> require_names(const Settings& settings) {
  if (!is_shared(settings)) {
    const auto data = existing_database(settings);
    if (!data) return data.error();
  } else if (settings.master_key_file.empty() && settings.data.empty()) {
    return Ending{kUsage,
                  "which master key? Name its file with --set identity.master_key_file=FILE, or "
                  "the node's data folder with --data DIR"};
  }
  return Done{};
}

Result<Done, Ending> require_bound(const std::string& url, const identity::MasterKey& key) {
  const auto bound = postgresql::bound_installation(url);
  if (!bound) return Ending{kOutage, bound.error().what};
  if (bound->empty() || *bound == key.fingerprint()) return Done{};
  return Ending{kUsage,
                fmt::format("the database belongs to another master key (fingerprint {} instead of "
                            "{})",
                            *bound, key.fingerprint())};
}

Result<Draw, Ending> read_draw(const Settings& settings, const std::string& id) {
  const auto concert = parse_id<ConcertId>(id);
  if (!concert) return Ending{kUsage, "--concert: " + id + " is no concert's id"};
  if (const auto named = require_names(settings); !named) return named.error();
  const auto master = read_master_key(settings);
  if (!master) return master.error();
  if (is_shared(settings))
    if (const auto bound = require_bound(settings.store_url, *master); !bound) return bound.error();
  identity::SystemRandom random;
  const StoreSealer sealer(*master, random);
  const auto reader = open_stored(settings, sealer);
  if (!reader) return reader.error();
  DrawSink found(*concert);
  if (const auto scanned = (*reader)->scan(found); !scanned)
    return Ending{kOutage, scanned.error().what};
  return held_draw(found, id);
}

}  // namespace

int verify_stored_draw(const Settings& settings, const std::string& concert, bool print_ranks) {
  const auto draw = read_draw(settings, concert);
  if (!draw) return tell(draw.error());
  return print_finding(check_draw(*draw), print_ranks);
}

}  // namespace frontrow::server
