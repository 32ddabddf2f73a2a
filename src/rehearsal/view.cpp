#include "rehearsal/view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/json_writer.h"
#include "rehearsal/words.h"

namespace frontrow::rehearsal {
namespace {

constexpr double kLineEverySeconds = 5;

std::string stages_line(const Moment& moment) {
  std::string out;
  for (std::size_t i = 0; i < kStages; ++i)
    if (moment.stages[i] > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : " · ", to_text(static_cast<Stage>(i)),
                         grouped(moment.stages[i]));
  return out;
}

std::string refusals_line(const LoopStats& stats) {
  std::string out;
  for (std::size_t code = 2; code < kOutcomes; ++code) {
    std::uint64_t count = 0;
    for (std::size_t action = 0; action < kActions; ++action) count += stats.outcomes[action][code];
    if (count > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : " · ", to_text(static_cast<Outcome>(code)),
                         grouped(count));
  }
  return out.empty() ? "none" : out;
}

Histogram of_action(const LoopStats& stats, std::size_t action) {
  Histogram sum;
  for (std::size_t phase = 0; phase < kPhases; ++phase) sum.add(stats.latency[phase][action]);
  return sum;
}

std::string latency_rows(const LoopStats& stats) {
  std::string out = fmt::format("  {:8} {:>12} {:>10} {:>10} {:>10} {:>10}\n", "call", "answers",
                                "p50", "p99", "p99.9", "max");
  for (std::size_t action = 0; action < kActions; ++action) {
    const Histogram all = of_action(stats, action);
    if (all.count() == 0) continue;
    out += fmt::format("  {:8} {:>12} {:>10} {:>10} {:>10} {:>10}\n",
                       to_text(static_cast<Action>(action)), grouped(all.count()),
                       milliseconds_text(all.at(0.5)), milliseconds_text(all.at(0.99)),
                       milliseconds_text(all.at(0.999)), milliseconds_text(all.max()));
  }
  return out;
}

// By call: how often each code was answered, and how long it took.
void write_answers(JsonWriter& json, const LoopStats& stats) {
  const auto count = [&](std::string_view key, std::uint64_t value) {
    json.key(key).number(static_cast<std::int64_t>(value));
  };
  json.key("answers").begin_object();
  for (std::size_t action = 0; action < kActions; ++action) {
    json.key(to_text(static_cast<Action>(action))).begin_object();
    for (std::size_t code = 0; code < kOutcomes; ++code)
      if (stats.outcomes[action][code] > 0)
        count(to_text(static_cast<Outcome>(code)), stats.outcomes[action][code]);
    json.end_object();
  }
  json.end_object().key("latency_us").begin_object();
  for (std::size_t action = 0; action < kActions; ++action) {
    const Histogram all = of_action(stats, action);
    json.key(to_text(static_cast<Action>(action))).begin_object();
    count("p50", all.at(0.5));
    count("p99", all.at(0.99));
    count("p999", all.at(0.999));
    count("max", all.max());
    json.end_object();
  }
  json.end_object();
}

std::string moment_json(const Moment& moment) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("kind").string("moment").key("second").number(moment.second);
  json.key("people").begin_object();
  for (std::size_t i = 0; i < kStages; ++i)
    json.key(to_text(static_cast<Stage>(i))).number(std::int64_t{moment.stages[i]});
  json.end_object();
  const auto count = [&](std::string_view key, std::uint64_t value) {
    json.key(key).number(static_cast<std::int64_t>(value));
  };
  count("nodes_there", moment.nodes_there);
  count("answers_per_second", moment.answers_per_second);
  count("refusals", moment.refusals);
  count("unknown", moment.unknown);
  count("p50_us", moment.p50_us);
  count("p99_us", moment.p99_us);
  count("p999_us", moment.p999_us);
  count("seats_available", static_cast<std::uint64_t>(moment.sale.available));
  count("seats_held", static_cast<std::uint64_t>(moment.sale.held));
  count("seats_sold", static_cast<std::uint64_t>(moment.sale.sold));
  json.key("server_cores").number(moment.server_cores);
  json.key("crowd_cores").number(moment.crowd_cores).end_object();
  return out;
}

constexpr std::size_t kUsualWidth = 80;
constexpr std::string_view kBetween = " · ";
constexpr std::string_view kIndent = "         ";

std::size_t screen_width() {
  winsize size{};
  const bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : kUsualWidth;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) columns += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return columns;
}

// A list in as many lines as it needs: nothing that was refused may be out of sight.
std::string wrapped(std::string_view name, std::string_view list, std::size_t width) {
  std::string out = fmt::format("{:9}", name);
  std::size_t column = kIndent.size();
  while (!list.empty()) {
    const std::size_t end = list.find(kBetween);
    const std::string_view item = list.substr(0, end);
    list = end == std::string_view::npos ? "" : list.substr(end + kBetween.size());
    if (column > kIndent.size() && column + 3 + columns_of(item) > width) {
      out.append("\n").append(kIndent);
      column = kIndent.size();
    } else if (column > kIndent.size()) {
      out += kBetween;
      column += 3;
    }
    out += item;
    column += columns_of(item);
  }
  return out + "\n";
}

// Cuts each line at the screen's width, so that none takes two of its rows.
std::string clipped(std::string_view text, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  for (const char c : text) {
    const bool begins_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (c == '\n')
      column = 0;
    else if (begins_character)
      ++column;
    if (column <= width) out += c;
  }
  return out;
}

}  // namespace

void View::begin(const Story& story) {
  if (kind_ != ViewKind::screen && kind_ != ViewKind::lines) return;
  fmt::print("Rehearsal \"{}\", seed {}: {} people and {} second devices for {} seats on {}\n",
             story.profile.name, story.profile.seed, grouped(story.accounts),
             grouped(story.devices), grouped(static_cast<std::uint64_t>(story.venue.seats)),
             story.server);
  std::fflush(stdout);
}

void View::note(const std::string& text) {
  if (kind_ != ViewKind::screen && kind_ != ViewKind::lines) return;
  fmt::print("{}\n", text);
  std::fflush(stdout);
  drawn_lines_ = 0;
}

void View::show(const Story& story) {
  const Moment& moment = story.moments.back();
  if (kind_ == ViewKind::json) {
    fmt::print("{}\n", moment_json(moment));
  } else if (kind_ == ViewKind::screen) {
    draw(story);
  } else if (kind_ == ViewKind::lines && moment.second >= next_line_) {
    next_line_ = moment.second + kLineEverySeconds;
    const std::string nodes =
        story.nodes > 1 ? fmt::format(" | nodes {}", moment.nodes_there) : std::string();
    fmt::print("{:>6} {:>7}/s p99 {:>8} | {} | sold {}{}\n", clock_text(moment.second),
               grouped(moment.answers_per_second), milliseconds_text(moment.p99_us),
               stages_line(moment), grouped(static_cast<std::uint64_t>(moment.sale.sold)), nodes);
  }
  std::fflush(stdout);
}

void View::draw(const Story& story) {
  const Moment& moment = story.moments.back();
  const std::size_t width = screen_width();
  std::string out;
  out += fmt::format("{}   {} answers/s   p50 {}   p99 {}   p99.9 {}\n", clock_text(moment.second),
                     grouped(moment.answers_per_second), milliseconds_text(moment.p50_us),
                     milliseconds_text(moment.p99_us), milliseconds_text(moment.p999_us));
  out += wrapped("people", stages_line(moment), width);
  out += fmt::format("seats    available {} · held {} · sold {}\n",
                     grouped(static_cast<std::uint64_t>(moment.sale.available)),
                     grouped(static_cast<std::uint64_t>(moment.sale.held)),
                     grouped(static_cast<std::uint64_t>(moment.sale.sold)));
  if (story.nodes > 1)
    out += fmt::format("nodes    {} of {} answer\n", moment.nodes_there, story.nodes);
  out += fmt::format("cores    server {:.2f} · crowd {:.2f}\n", moment.server_cores,
                     moment.crowd_cores);
  out += wrapped("refused", refusals_line(story.stats), width) + latency_rows(story.stats);
  if (drawn_lines_ > 0) fmt::print("\033[{}A\033[J", drawn_lines_);
  fmt::print("{}", clipped(out, width));
  drawn_lines_ = 0;
  for (const char c : out) drawn_lines_ += c == '\n';
}

void View::end(const Story& story) {
  if (kind_ == ViewKind::json)
    fmt::print("{}\n", summary_json(story));
  else
    fmt::print("{}", summary(story));
  std::fflush(stdout);
}

std::string summary(const Story& story) {
  std::string out = "\n";
  const std::uint64_t broken = story.findings.total_broken();
  out += story.verdict == Verdict::kept ? "Every promise was kept.\n"
         : story.verdict == Verdict::outage
             ? "The rehearsal was cut off: " + story.outage + "\n"
             : fmt::format("PROMISES WERE BROKEN: {} times.\n", broken);
  if (const Strain strain = story.strain(); strain.is_much())
    out += fmt::format(
        "People had to wait: one call of a hundred took longer than {}; {} calls ({:.1f} %) were "
        "lost, given up or refused because the server was busy.\n",
        milliseconds_text(strain.p99_us), grouped(strain.unheard), 100 * strain.share);
  for (std::size_t i = 0; i < kRules; ++i)
    if (story.findings.at(static_cast<Rule>(i)).checked == 0)
      out += fmt::format("Not put to the test: {}.\n", to_text(static_cast<Rule>(i)));
  const auto people = [&](Stage stage) { return grouped(story.people_in(stage)); };
  out += fmt::format(
      "{} of {} seats sold in {} orders; bought {}, told that it is sold out {}, left {}, missed "
      "{}, "
      "turned away {}.\n",
      grouped(static_cast<std::uint64_t>(story.after.sold)),
      grouped(static_cast<std::uint64_t>(story.venue.seats)), grouped(story.paid_orders),
      people(Stage::bought), people(Stage::sold_out), people(Stage::left), people(Stage::missed),
      people(Stage::turned_away));
  out += fmt::format("{} calls in {}; {} people had a place.\n", grouped(story.calls),
                     clock_text(story.seconds), grouped(story.stats.places));
  if (story.server_measured)
    out += fmt::format(
        "CPU: server {:.1f} s, crowd {:.1f} s. Peak memory: server {}, crowd {}. On disk: {}.\n",
        story.server_cpu_seconds, story.crowd_cpu_seconds, bytes_text(story.server_peak_bytes),
        bytes_text(story.crowd_peak_bytes), bytes_text(story.server_disk_bytes));
  out += "Refused or unknown: " + refusals_line(story.stats) + ".\n" + latency_rows(story.stats);
  for (std::size_t i = 0; i < kRules; ++i) {
    const Finding& finding = story.findings.at(static_cast<Rule>(i));
    if (finding.broken == 0) continue;
    out += fmt::format("BROKEN {} times: {}\n", grouped(finding.broken),
                       to_text(static_cast<Rule>(i)));
    for (const std::string& one : finding.evidence) out += "  " + one + "\n";
  }
  return out;
}

std::string summary_json(const Story& story) {
  constexpr std::array<std::string_view, 3> kVerdicts{"kept", "broken", "outage"};
  std::string out;
  JsonWriter json(out);
  const auto count = [&](std::string_view key, std::uint64_t value) {
    json.key(key).number(static_cast<std::int64_t>(value));
  };
  json.begin_object().key("kind").string("result");
  json.key("verdict").string(kVerdicts[static_cast<std::size_t>(story.verdict)]);
  json.key("profile").string(story.profile.name).key("seed").number(story.profile.seed);
  count("nodes", story.nodes);
  count("people", story.accounts);
  count("places", story.stats.places);
  count("late_news", story.findings.late_news());
  count("calls", story.calls);
  count("seats", static_cast<std::uint64_t>(story.venue.seats));
  count("seats_sold", static_cast<std::uint64_t>(story.after.sold));
  count("orders_paid", story.paid_orders);
  json.key("ends").begin_object();
  for (std::size_t i = 0; i < kStages; ++i)
    json.key(to_text(static_cast<Stage>(i))).number(std::int64_t{story.stats.stages[i]});
  json.end_object();
  write_answers(json, story.stats);
  json.key("waits_us").begin_object();
  count("count", story.waits.count());
  count("p50", story.waits.at(0.5));
  count("p99", story.waits.at(0.99));
  count("max", story.waits.max());
  json.end_object().key("seconds").number(story.seconds);
  json.key("server_cpu_seconds").number(story.server_cpu_seconds);
  json.key("crowd_cpu_seconds").number(story.crowd_cpu_seconds);
  count("server_peak_bytes", story.server_peak_bytes);
  count("crowd_peak_bytes", story.crowd_peak_bytes);
  count("server_disk_bytes", story.server_disk_bytes);
  json.key("store_check").number(std::int64_t{story.store_check});
  json.key("promises").begin_array();
  for (std::size_t i = 0; i < kRules; ++i) {
    const Finding& finding = story.findings.at(static_cast<Rule>(i));
    json.begin_object().key("promise").string(to_text(static_cast<Rule>(i)));
    count("checked", finding.checked);
    count("broken", finding.broken);
    json.key("evidence").begin_array();
    for (const std::string& one : finding.evidence) json.string(one);
    json.end_array().end_object();
  }
  json.end_array();
  if (!story.outage.empty()) json.key("outage").string(story.outage);
  json.end_object();
  return out;
}

}  // namespace frontrow::rehearsal
