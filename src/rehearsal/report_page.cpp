// The pages of the report: verdict and big numbers, plots, then the tables of the engineer.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/encoding.h"
#include "base/time.h"
#include "rehearsal/report.h"
#include "rehearsal/report_style.h"
#include "rehearsal/svg.h"
#include "rehearsal/words.h"

namespace frontrow::rehearsal {
namespace {

std::string number(std::int64_t value) {
  return grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(0, value)));
}

// To the minute, by the server's clock.
std::string begun_at(const Story& story) {
  std::string text = to_rfc3339(Time{story.venue.server_base_ms}).substr(0, 16);
  text[10] = ' ';
  return text + " UTC";
}

std::string card(const std::string& big, std::string_view what) {
  return fmt::format("<div><b>{}</b><span>{}</span></div>", big, what);
}

std::string verdict(const Story& story) {
  if (story.verdict == Verdict::outage)
    return fmt::format("<p class=\"verdict bad\">The rehearsal was cut off: {}.</p>",
                       escape_html(story.outage));
  if (story.verdict == Verdict::broken)
    return "<p class=\"verdict bad\">Do not open this sale: promises were broken. The evidence "
           "stands below.</p>";
  const Strain strain = story.strain();
  std::string more;
  if (const std::size_t untested = story.untested())
    more = fmt::format(" <small>{} of {} promises were not put to the test: see below.</small>",
                       untested, kRules);
  if (!strain.is_much())
    return "<p class=\"verdict\">Every promise was kept. This server can hold this sale." + more +
           "</p>";
  return fmt::format(
      "<p class=\"verdict slow\">Every promise was kept, but people had to wait: one call of a "
      "hundred took longer than {}, and {} of {} calls ({:.1f} %) were lost, given up or refused "
      "because the server was busy.{}</p>",
      milliseconds_text(strain.p99_us), grouped(strain.unheard), grouped(story.calls),
      100 * strain.share, more);
}

double seconds_with_a_node_away(const Story& story) {
  double seconds = 0, last = 0;
  for (const Moment& moment : story.moments) {
    if (moment.nodes_there < story.nodes) seconds += moment.second - last;
    last = moment.second;
  }
  return seconds;
}

// Up to a minute as finely as latencies, then in minutes.
std::string wait_text(std::uint64_t us) {
  return us < 60'000'000 ? milliseconds_text(us) : duration_text(static_cast<double>(us) / 1e6);
}

// What happened, as one would tell it.
std::string told(const Story& story) {
  const auto people = [&](Stage stage) { return number(story.people_in(stage)); };
  std::string out =
      fmt::format("<p>{} people came for {} seats. {} of them had a place in the line; ",
                  number(story.accounts), number(story.venue.seats), number(story.stats.places));
  if (story.sold_out_second > story.opened_second && story.after.sold >= story.venue.seats)
    out += fmt::format("everything was sold {} after the opening",
                       duration_text(story.sold_out_second - story.opened_second));
  else
    out += fmt::format("{} seats were sold when the rehearsal ended", number(story.after.sold));
  out += fmt::format(
      ". {} people bought ({} orders), {} were told that it is sold out, {} left on their own, {} "
      "were "
      "away when it was their turn, and {} bots were turned away.</p>",
      people(Stage::bought), number(static_cast<std::int64_t>(story.paid_orders)),
      people(Stage::sold_out), people(Stage::left), people(Stage::missed),
      people(Stage::turned_away));
  if (story.waits.count() > 0)
    out += fmt::format(
        "<p>Of those who were let in, half stood in the line for no more than {} since the opening "
        "(or since they came, if later), and 99 of 100 for no more than {}.</p>",
        wait_text(story.waits.at(0.5)), wait_text(story.waits.at(0.99)));
  if (story.kills > 0)
    out +=
        fmt::format("<p>The server was killed {} meanwhile and started again on its data.</p>",
                    story.kills == 1 ? std::string("once") : fmt::format("{} times", story.kills));
  const double away = seconds_with_a_node_away(story);
  if (away > 0)
    out += fmt::format(
        "<p>For {} not all of the {} nodes answered; the others served their people.</p>",
        duration_text(away), story.nodes);
  return out;
}

std::string numbers(const Story& story) {
  std::uint64_t busiest = 0;
  for (const Moment& moment : story.moments) busiest = std::max(busiest, moment.answers_per_second);
  const Histogram all = story.all_latency();
  std::string out = "<div class=\"numbers\">";
  out += card(number(story.accounts), "people");
  out += card(fmt::format("{} / {}", number(story.after.sold), number(story.venue.seats)),
              "seats sold");
  out += card(number(static_cast<std::int64_t>(story.paid_orders)), "orders paid");
  out += card(clock_text(story.seconds), "from the first person to the last");
  out += card(grouped(story.calls), "calls");
  out += card(grouped(busiest), "calls in the busiest second");
  out += card(milliseconds_text(all.at(0.5)), "half of the answers came within");
  out += card(milliseconds_text(all.at(0.99)), "99 of 100 answers came within");
  return out + "</div>";
}

std::vector<double> column(const Story& story, const std::function<double(const Moment&)>& value) {
  std::vector<double> out;
  for (const Moment& moment : story.moments) out.push_back(value(moment));
  return out;
}

Plot plot_of(const Story& story, std::string title, std::string unit) {
  Plot plot{std::move(title), std::move(unit), {}, {}, {}};
  plot.seconds = column(story, [](const Moment& m) { return m.second; });
  if (story.opened_second > 0) plot.marks.push_back({story.opened_second, "opening"});
  if (story.sold_out_second > 0) plot.marks.push_back({story.sold_out_second, "sold out"});
  std::size_t there = story.nodes;
  for (const Moment& moment : story.moments) {
    if (moment.nodes_there != there)
      plot.marks.push_back({moment.second, moment.nodes_there < there ? "node away" : "node back"});
    there = moment.nodes_there;
  }
  return plot;
}

std::string people_plot(const Story& story) {
  struct Band {
    std::string_view name;
    std::string_view colour;
    std::vector<Stage> stages;
  };
  const std::vector<Band> bands{
      {"bought", "#2e9e6b", {Stage::bought}},
      {"inside", "#e0a526", {Stage::inside, Stage::holding}},
      {"in the line", "#4f7fc4", {Stage::waiting}},
      {"in the lobby", "#9db8dd", {Stage::lobby}},
      {"told: sold out", "#b98fb8", {Stage::sold_out}},
      {"gone", "#b9b4aa", {Stage::left, Stage::missed, Stage::turned_away, Stage::watched}}};
  Plot plot = plot_of(story, "Where people are", "people and second devices");
  for (const Band& band : bands)
    plot.series.push_back(
        {std::string(band.name), std::string(band.colour), column(story, [&](const Moment& m) {
           double sum = 0;
           for (const Stage stage : band.stages) sum += m.stages[static_cast<std::size_t>(stage)];
           return sum;
         })});
  return area_plot(plot);
}

std::string plots(const Story& story) {
  std::string out = people_plot(story);
  Plot seats = plot_of(story, "Seats", "seats");
  seats.series = {{"sold", "#2e9e6b",
                   column(story, [](const Moment& m) { return static_cast<double>(m.sale.sold); })},
                  {"held", "#e0a526",
                   column(story, [](const Moment& m) { return static_cast<double>(m.sale.held); })},
                  {"available", "#9db8dd", column(story, [](const Moment& m) {
                     return static_cast<double>(m.sale.available);
                   })}};
  out += area_plot(seats);
  Plot rate = plot_of(story, "Calls answered", "a second");
  rate.series = {{"calls", "#4f7fc4", column(story, [](const Moment& m) {
                    return static_cast<double>(m.answers_per_second);
                  })}};
  out += line_plot(rate);
  Plot latency = plot_of(story, "Time to the answer", "ms, from the moment a person meant to ask");
  latency.series = {
      {"99.9 of 100", "#c0504d",
       column(story, [](const Moment& m) { return static_cast<double>(m.p999_us) / 1000; })},
      {"99 of 100", "#e0a526",
       column(story, [](const Moment& m) { return static_cast<double>(m.p99_us) / 1000; })},
      {"half", "#2e9e6b",
       column(story, [](const Moment& m) { return static_cast<double>(m.p50_us) / 1000; })}};
  out += line_plot(latency);
  Plot cores = plot_of(story, "Cores at work", "cores");
  cores.series = {
      {"server", "#4f7fc4", column(story, [](const Moment& m) { return m.server_cores; })},
      {"crowd", "#b9b4aa", column(story, [](const Moment& m) { return m.crowd_cores; })}};
  return out + line_plot(cores);
}

std::string promises(const Story& story) {
  std::string out =
      "<h2>The promises, proved from outside</h2><div "
      "class=\"wide\"><table><tr><th>Promise</th><th>Cases</th><th>Broken</th></tr>";
  for (std::size_t i = 0; i < kRules; ++i) {
    const auto rule = static_cast<Rule>(i);
    const Finding& finding = story.findings.at(rule);
    out += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td></tr>", to_text(rule),
                       grouped(finding.checked), finding.broken ? "bad" : "good",
                       finding.broken    ? grouped(finding.broken)
                       : finding.checked ? "none"
                                         : "no case");
  }
  out += "</table></div>";
  for (std::size_t i = 0; i < kRules; ++i) {
    const Finding& finding = story.findings.at(static_cast<Rule>(i));
    if (finding.broken == 0) continue;
    out += fmt::format("<h3 class=\"bad\">{}: broken {} times</h3><ul>",
                       to_text(static_cast<Rule>(i)), grouped(finding.broken));
    for (const std::string& one : finding.evidence) out += "<li>" + escape_html(one) + "</li>";
    out += "</ul>";
  }
  return out;
}

std::string latency_tables(const Story& story) {
  std::string out =
      "<h2>Latency, by phase and call</h2><p class=\"soft\">From the moment a person meant to ask "
      "to the whole answer; a late answer delays nobody else's question.</p>";
  for (std::size_t phase = 0; phase < kPhases; ++phase) {
    std::string rows;
    for (std::size_t action = 0; action < kActions; ++action) {
      const Histogram& one = story.stats.latency[phase][action];
      if (one.count() == 0) continue;
      rows +=
          fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                      to_text(static_cast<Action>(action)), grouped(one.count()),
                      milliseconds_text(one.at(0.5)), milliseconds_text(one.at(0.99)),
                      milliseconds_text(one.at(0.999)), milliseconds_text(one.max()));
    }
    if (rows.empty()) continue;
    out += fmt::format(
        "<h3>{}</h3><div "
        "class=\"wide\"><table><tr><th>Call</th><th>Answers</th><th>p50</th><th>p99</th><th>p99.9</"
        "th><th>max</th></tr>{}</table></div>",
        to_text(static_cast<Phase>(phase)), rows);
  }
  return out;
}

std::string refusals(const Story& story) {
  std::string rows;
  for (std::size_t action = 0; action < kActions; ++action)
    for (std::size_t code = 0; code < kOutcomes; ++code)
      if (const std::uint64_t count = story.stats.outcomes[action][code])
        rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                            to_text(static_cast<Action>(action)),
                            to_text(static_cast<Outcome>(code)), grouped(count));
  return "<h2>Answers by call and code</h2><div "
         "class=\"wide\"><table><tr><th>Call</th><th>Code</th><th>Answers</th></tr>" +
         rows + "</table></div>";
}

std::string costs(const Story& story) {
  std::string rows;
  const auto row = [&](std::string_view what, const std::string& server, const std::string& crowd) {
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>", what, server, crowd);
  };
  const double calls = std::max(1.0, static_cast<double>(story.calls));
  const std::string none = "not measured";
  const bool measured = story.server_measured;
  row("CPU time", measured ? fmt::format("{:.1f} s", story.server_cpu_seconds) : none,
      fmt::format("{:.1f} s", story.crowd_cpu_seconds));
  row("CPU time a call",
      measured ? fmt::format("{:.1f} µs", story.server_cpu_seconds * 1e6 / calls) : none,
      fmt::format("{:.1f} µs", story.crowd_cpu_seconds * 1e6 / calls));
  row("Most memory", measured ? bytes_text(story.server_peak_bytes) : none,
      bytes_text(story.crowd_peak_bytes));
  row("On disk", story.own_server ? bytes_text(story.server_disk_bytes) : none,
      bytes_text(story.history_bytes) + " of history");
  return "<h2>What it cost</h2><div "
         "class=\"wide\"><table><tr><th></th><th>Server</th><th>Crowd</th></tr>" +
         rows + "</table></div>";
}

std::string conditions(const Story& story) {
  const Profile& p = story.profile;
  std::string out = fmt::format(
      "<h2>Under which conditions</h2><ul><li>Profile {}, seed {}; {} second devices; {} event "
      "loops of the crowd, {} shared connections "
      "from several loopback addresses, so the server's limits by client address were off or not "
      "met.</li>"
      "<li>Sale: capacity {}, {} entries a minute, {} s to come when called, holds of {} s, {} "
      "seats a person.</li>"
      "<li>Set-up took {:.1f} s, the run {:.1f} s, the proof {:.1f} s.</li>",
      escape_html(p.name), p.seed, number(story.devices), p.threads, p.connections,
      number(story.venue.rules.capacity), number(story.venue.rules.entries_per_minute),
      story.venue.rules.claim_seconds, story.venue.rules.hold_seconds,
      story.venue.rules.max_seats_per_user, story.set_up_seconds, story.seconds,
      story.proof_seconds);
  out += story.own_server
             ? "<li>The server was started for this rehearsal, on SQLite, on the crowd's own "
               "machine.</li>"
             : fmt::format("<li>{} ran at {} already.</li>",
                           story.nodes > 1 ? fmt::format("The server's {} nodes", story.nodes)
                                           : std::string("The server"),
                           escape_html(story.server));
  const auto join = static_cast<std::size_t>(Action::join);
  const auto limited = static_cast<std::size_t>(Outcome::rate_limited);
  if (const std::uint64_t count = story.stats.outcomes[join][limited])
    out += fmt::format(
        "<li class=\"bad\">{} joins were refused by the server's limit by client address: the "
        "crowd "
        "comes from one machine, so set <code>[limits] join_per_second = 0</code>.</li>",
        grouped(count));
  if (story.findings.late_news() > 0)
    out += fmt::format(
        "<li>{} polls at another node than before showed a position that was older by up to {} ms; "
        "{} ms are usual, {} ms are allowed.</li>",
        grouped(story.findings.late_news()), story.findings.latest_news_ms(), kNewsMs, kStaleMs);
  if (story.store_check >= 0)
    out += fmt::format("<li><code>frontrow check</code> on the data afterwards ended with {}.</li>",
                       story.store_check);
  return out + "</ul><h3>The profile</h3><div class=\"wide\"><table>" + [&] {
    std::string rows;
    for (const ProfileKey& key : profile_table())
      rows += fmt::format("<tr><td><code>{}.{}</code></td><td>{}</td></tr>", key.section, key.key,
                          p.*key.member);
    return rows;
  }() + "</table></div>";
}

}  // namespace

std::string report_html(const Story& story) {
  return fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\">"
      "<title>Rehearsal {}</title><style>{}</style></head><body><main><h1>Rehearsal of a "
      "sale</h1><p class=\"soft\">Profile \"{}\", seed {}: {} people for {} seats, begun at "
      "{}</p>{}{}{}"
      "{}{}{}{}{}{}</main></body></html>\n",
      escape_html(story.profile.name), kStyle, escape_html(story.profile.name), story.profile.seed,
      number(story.accounts), number(story.venue.seats), begun_at(story), verdict(story),
      numbers(story), told(story), plots(story), promises(story), costs(story),
      latency_tables(story), refusals(story), conditions(story));
}

}  // namespace frontrow::rehearsal
