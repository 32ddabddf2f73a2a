#include "server/draw_stored.h"

#include <fmt/format.h>

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

Result<Draw, Ending> read_draw(const Settings& settings, const std::string& id) {
  const auto concert = parse_id<ConcertId>(id);
  if (!concert) return Ending{kUsage, "--concert: " + id + " is no concert's id"};
  const auto data = existing_database(settings);
  if (!data) return data.error();
  const auto master = read_master_key(settings);
  if (!master) return master.error();
  identity::SystemRandom random;
  const StoreSealer sealer(*master, random);
  const auto reader = open_reader_with_secrets(*data, sealer);
  if (!reader) return Ending{kOutage, reader.error().what};
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
