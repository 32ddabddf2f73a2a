#include "rehearsal/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rehearsal/words.h"

namespace frontrow::rehearsal {
namespace {

// Shapes are drawn on a square of this size that is stretched to the plot; words stand beside it as
// text, so that they keep their size on a narrow screen.
constexpr double kSide = 1000;
constexpr int kRows = 4;
constexpr int kColumnsMax = 7;
constexpr std::size_t kPointsMax = 400;  // more would not be seen
constexpr int kMarkLines = 4;            // names of marks that stand one below the other
constexpr double kNearPercent = 30;      // of the width, that a name may take on a narrow screen
constexpr double kLeftwardPercent = 70;

// The least number that is no less and whose quarters are round.
double round_up(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 6.0, 8.0})
    if (value <= step * power) return step * power;
  return 10 * power;
}

// Seconds from one mark of the time axis to the next.
double column_seconds(double last_second) {
  for (const double step : {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600})
    if (last_second / step <= kColumnsMax) return step;
  return last_second;
}

struct Frame {
  double last_second = 1;
  double top = 1;
  double x(double second) const { return kSide * std::clamp(second / last_second, 0.0, 1.0); }
  double y(double value) const { return kSide - kSide * std::clamp(value / top, 0.0, 1.0); }
};

std::string axis_text(double value) {
  if (value >= 10 || value == std::floor(value)) return grouped(static_cast<std::uint64_t>(value));
  return fmt::format("{:.3g}", value);
}

double percent(double on_side) {
  return 100 * on_side / kSide;
}

std::string grid(const Frame& frame, const Plot& plot) {
  std::string out;
  for (int row = 0; row <= kRows; ++row) {
    const double y = frame.y(frame.top * row / kRows);
    out +=
        fmt::format(R"(<line class="grid" x1="0" y1="{0:.1f}" x2="{1}" y2="{0:.1f}"/>)", y, kSide);
  }
  for (const Mark& mark : plot.marks)
    out += fmt::format(R"(<line class="mark" x1="{0:.1f}" y1="0" x2="{0:.1f}" y2="{1}"/>)",
                       frame.x(mark.second), kSide);
  return out;
}

// A mark's name stands to the right of its line where there is room, and lower than one nearby.
std::string mark_names(const Frame& frame, const Plot& plot) {
  std::string out;
  double last = -kNearPercent;
  int line = 0;
  for (const Mark& mark : plot.marks) {
    const double x = percent(frame.x(mark.second));
    const bool is_near = x - last < kNearPercent;
    line = is_near ? (line + 1) % kMarkLines : 0;
    last = x;
    const bool leftward = x > kLeftwardPercent;
    out += fmt::format(R"(<span class="m" style="{}:{:.1f}%;top:{:.1f}em">{}</span>)",
                       leftward ? "right" : "left", leftward ? 100 - x : x, 1.4 * line, mark.name);
  }
  return out;
}

std::string words(const Frame& frame, const Plot& plot) {
  std::string out;
  for (int row = 0; row <= kRows; ++row)
    out += fmt::format(R"(<span class="y" style="bottom:{}%">{}</span>)", 100 * row / kRows,
                       axis_text(frame.top * row / kRows));
  const double step = column_seconds(frame.last_second);
  for (int column = 0; step * column <= frame.last_second; ++column)
    out += fmt::format(R"(<span class="x" style="left:{:.1f}%">{}</span>)",
                       percent(frame.x(step * column)), clock_text(step * column));
  return out + mark_names(frame, plot);
}

std::string legend(const Plot& plot) {
  std::string out = "<p class=\"legend\">";
  for (const Series& one : plot.series)
    out += fmt::format(R"(<span><i style="background:{}"></i>{}</span>)", one.colour, one.name);
  return out + "</p>";
}

std::string wrap(const Frame& frame, const Plot& plot, const std::string& inside) {
  return fmt::format(
      R"(<figure><figcaption>{0}<small>{1}</small></figcaption><div class="plot"><svg viewBox="0 0 {2} {2}" preserveAspectRatio="none" role="img" aria-label="{0}">{3}</svg>{4}</div>{5}</figure>)",
      plot.title, plot.unit, kSide, inside, words(frame, plot), legend(plot));
}

std::size_t stride_of(std::size_t points) {
  return std::max<std::size_t>(1, (points + kPointsMax - 1) / kPointsMax);
}

}  // namespace

std::string line_plot(const Plot& plot) {
  Frame frame;
  if (!plot.seconds.empty()) frame.last_second = std::max(1.0, plot.seconds.back());
  double most = 0;
  for (const Series& one : plot.series)
    for (const double value : one.values) most = std::max(most, value);
  frame.top = round_up(most);
  std::string inside = grid(frame, plot);
  const std::size_t stride = stride_of(plot.seconds.size());
  for (const Series& one : plot.series) {
    std::string points;
    for (std::size_t i = 0; i < plot.seconds.size(); i += stride) {
      // What is drawn for a stride is its highest value: no peak is lost.
      const auto end =
          one.values.begin() + static_cast<std::ptrdiff_t>(std::min(i + stride, one.values.size()));
      const double value =
          *std::max_element(one.values.begin() + static_cast<std::ptrdiff_t>(i), end);
      points += fmt::format("{:.1f},{:.1f} ", frame.x(plot.seconds[i]), frame.y(value));
    }
    inside += fmt::format(R"(<polyline fill="none" stroke="{}" points="{}"/>)", one.colour, points);
  }
  return wrap(frame, plot, inside);
}

std::string area_plot(const Plot& plot) {
  Frame frame;
  if (!plot.seconds.empty()) frame.last_second = std::max(1.0, plot.seconds.back());
  std::vector<double> base(plot.seconds.size(), 0);
  double most = 0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    double sum = 0;
    for (const Series& one : plot.series) sum += one.values[i];
    most = std::max(most, sum);
  }
  frame.top = round_up(most);
  std::string inside;
  const std::size_t stride = stride_of(plot.seconds.size());
  for (const Series& one : plot.series) {
    std::string there, back;
    for (std::size_t i = 0; i < base.size(); i += stride) {
      back.insert(0, fmt::format("{:.1f},{:.1f} ", frame.x(plot.seconds[i]), frame.y(base[i])));
      there +=
          fmt::format("{:.1f},{:.1f} ", frame.x(plot.seconds[i]), frame.y(base[i] + one.values[i]));
    }
    for (std::size_t i = 0; i < base.size(); ++i) base[i] += one.values[i];
    inside += fmt::format(R"(<polygon fill="{}" points="{}{}"/>)", one.colour, there, back);
  }
  return wrap(frame, plot, inside + grid(frame, plot));
}

}  // namespace frontrow::rehearsal
