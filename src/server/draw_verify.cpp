#include "server/draw_verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "domain/draw.h"
#include "server/ending.h"

namespace frontrow::server {
namespace {

namespace json = boost::json;

struct Unreadable {
  std::string what;
};

const json::value& field(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (!value) throw Unreadable{fmt::format("{} is missing", name)};
  return *value;
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value& value = field(object, name);
  if (!value.is_string()) throw Unreadable{fmt::format("{} is no text", name)};
  return std::string(value.as_string());
}

template <class Array>
Array bytes_of(const json::object& object, std::string_view name) {
  const auto bytes = from_hex(text_of(object, name));
  Array out;
  if (!bytes || bytes->size() != out.size())
    throw Unreadable{fmt::format("{} is not {} hex digits", name, 2 * out.size())};
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

// Before the draw secret and seed are null: there is nothing to verify yet.
Digest digest_of(const json::object& object, std::string_view name) {
  if (field(object, name).is_null())
    throw Unreadable{fmt::format("{} is null: the draw has not been held yet", name)};
  return bytes_of<Digest>(object, name);
}

std::int64_t integer_of(const json::value& value, std::string_view name) {
  if (!value.is_int64()) throw Unreadable{fmt::format("{} is no integer", name)};
  return value.as_int64();
}

JoinRecord record_of(const json::value& value) {
  if (!value.is_object()) throw Unreadable{"a join is no object"};
  const json::object& object = value.as_object();
  const std::int64_t number = integer_of(field(object, "lobby_number"), "lobby_number");
  const auto at = parse_rfc3339(text_of(object, "joined_at"));
  if (number < 0 || number > UINT32_MAX) throw Unreadable{"lobby_number is out of range"};
  if (!at) throw Unreadable{"joined_at is no time"};
  return {static_cast<std::uint32_t>(number), bytes_of<MemberTag>(object, "tag"), *at};
}

std::vector<JoinRecord> records_of(const json::value& joins) {
  if (!joins.is_array()) throw Unreadable{"joins is no list"};
  std::vector<JoinRecord> records;
  for (const json::value& item : joins.as_array()) records.push_back(record_of(item));
  return records;
}

bool numbered_in_order(const std::vector<JoinRecord>& records) {
  for (std::size_t i = 0; i < records.size(); ++i)
    if (records[i].lobby_number != i + 1) return false;
  return true;
}

std::string public_input_of(const json::object& draw) {
  return field(draw, "public_input").is_null() ? "" : text_of(draw, "public_input");
}

std::optional<std::int64_t> count_of(const json::object& draw) {
  const json::value* given = draw.if_contains("count");
  if (!given) return {};
  return integer_of(*given, "count");
}

std::optional<std::vector<std::uint32_t>> ranks_of(const json::object& draw) {
  const json::value* given = draw.if_contains("ranks");
  if (!given || given->is_null()) return {};
  if (!given->is_array()) throw Unreadable{"ranks is no list"};
  std::vector<std::uint32_t> ranks;
  for (const json::value& rank : given->as_array())
    ranks.push_back(static_cast<std::uint32_t>(integer_of(rank, "a rank")));
  return ranks;
}

std::string name_of(const json::object& draw) {
  return text_of(draw, draw.contains("name") ? "name" : "concert_id");
}

Draw draw_of(const json::object& draw) {
  const auto concert = parse_id<ConcertId>(text_of(draw, "concert_id"));
  if (!concert) throw Unreadable{"concert_id is no concert's id"};
  return {.name = name_of(draw),
          .concert = *concert,
          .commitment = digest_of(draw, "commitment"),
          .secret = digest_of(draw, "secret"),
          .join_digest = digest_of(draw, "join_digest"),
          .seed = digest_of(draw, "seed"),
          .public_input = public_input_of(draw),
          .joins = records_of(field(draw, "joins")),
          .count = count_of(draw),
          .ranks = ranks_of(draw)};
}

DrawFinding find(const json::object& draw) {
  if (const std::string algorithm = text_of(draw, "algorithm"); algorithm != kDrawAlgorithm) {
    DrawFinding finding;
    finding.name = name_of(draw);
    finding.problems.push_back(
        fmt::format("the algorithm is \"{}\", not \"{}\"", algorithm, kDrawAlgorithm));
    return finding;
  }
  return check_draw(draw_of(draw));
}

json::value read_json(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Unreadable{file.string() + " cannot be opened"};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  boost::system::error_code fault;
  json::value value = json::parse(text, fault);
  if (fault) throw Unreadable{file.string() + " is not JSON"};
  return value;
}

json::array draws_of(json::value document) {
  if (document.is_array()) return std::move(document.as_array());
  if (document.is_object() && document.as_object().contains("vectors") &&
      document.at("vectors").is_array())
    return std::move(document.at("vectors").as_array());
  return {std::move(document)};
}

// The draw that the answers of the two calls make together.
json::value draw_of_answers(const DrawFiles& files) {
  json::value draw = read_json(files.draw);
  if (!draw.is_object()) throw Unreadable{files.draw.string() + " is no draw"};
  json::array joins;
  for (const auto& file : files.joins) {
    const json::value page = read_json(file);
    const json::value& items = page.is_object() ? field(page.as_object(), "items") : page;
    if (!items.is_array()) throw Unreadable{file.string() + " is no list of joins"};
    joins.insert(joins.end(), items.as_array().begin(), items.as_array().end());
  }
  std::ranges::sort(joins, {}, [](const json::value& join) {
    return join.is_object() ? integer_of(field(join.as_object(), "lobby_number"), "lobby_number")
                            : std::int64_t{0};
  });
  if (!files.concert.empty()) draw.as_object()["concert_id"] = files.concert;
  draw.as_object()["joins"] = std::move(joins);
  return draw;
}

json::array all_draws(const DrawFiles& files) {
  json::array draws;
  for (const auto& file : files.files)
    for (json::value& draw : draws_of(read_json(file))) draws.push_back(std::move(draw));
  if (!files.draw.empty()) draws.push_back(draw_of_answers(files));
  return draws;
}

}  // namespace

DrawFinding check_draw(const Draw& draw) {
  DrawFinding finding;
  finding.name = draw.name;
  const auto check = [&finding](bool holds, std::string problem) {
    if (!holds) finding.problems.push_back(std::move(problem));
  };
  const std::size_t size = draw.joins.size();
  check(numbered_in_order(draw.joins),
        fmt::format("the lobby numbers are not 1 to {} in order", size));
  if (draw.count)
    check(*draw.count == static_cast<std::int64_t>(size),
          fmt::format("there are {} joins, not {}", size, *draw.count));
  check(draw_commitment(draw.secret) == draw.commitment,
        "the secret is not the one that was committed to");
  Digest digest = initial_join_digest(draw.concert);
  for (const JoinRecord& record : draw.joins) digest = chain_join(digest, record);
  check(digest == draw.join_digest, "the joins do not make the published digest");
  const Digest seed = draw_seed(draw.secret, digest, draw.public_input);
  check(seed == draw.seed, "secret, joins and public input do not make the published seed");
  finding.ranks = draw_ranks(seed, static_cast<std::uint32_t>(size));
  if (draw.ranks) check(*draw.ranks == finding.ranks, "the seed does not make the published ranks");
  return finding;
}

int print_finding(const DrawFinding& finding, bool print_ranks) {
  const bool right = finding.problems.empty();
  fmt::print("{}: {}\n", finding.name,
             right ? "right" : fmt::to_string(fmt::join(finding.problems, "; ")));
  if (print_ranks)
    for (std::size_t i = 0; i < finding.ranks.size(); ++i)
      fmt::print("{} {}\n", i + 1, finding.ranks[i]);
  return right ? kDone : kNo;
}

Result<DrawFinding, std::string> verify_draw(const json::value& draw) {
  if (!draw.is_object()) return std::string("a draw is a JSON object");
  try {
    return find(draw.as_object());
  } catch (const Unreadable& fault) {
    return fault.what;
  }
}

int verify_draws(const DrawFiles& files, bool print_ranks) try {
  int code = kDone;
  for (const json::value& draw : all_draws(files)) {
    const auto finding = verify_draw(draw);
    if (!finding) return tell({kUsage, "the draw cannot be read: " + finding.error()});
    if (print_finding(*finding, print_ranks) != kDone) code = kNo;
  }
  return code;
} catch (const Unreadable& fault) {
  return tell({kUsage, fault.what});
}

}  // namespace frontrow::server
