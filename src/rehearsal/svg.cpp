#include "rehearsal/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rehearsal/words.h"

namespace frontrow::rehearsal {
namespace {

constexpr double kWidth = 860, kHeight = 240;
constexpr double kLeft = 70, kRight = 22, kTop = 12, kBottom = 28;
constexpr int kRows = 4;
constexpr std::size_t kPointsMax = 400;  // more would not be seen

// The least of 1, 2, 5 times a power of ten that is no less.
double round_up(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {1.0, 2.0, 5.0})
    if (value <= step * power) return step * power;
  return 10 * power;
}

struct Frame {
  double last_second = 1;
  double top = 1;
  double x(double second) const {
    return kLeft + (kWidth - kLeft - kRight) * std::clamp(second / last_second, 0.0, 1.0);
  }
  double y(double value) const {
    return kHeight - kBottom - (kHeight - kTop - kBottom) * std::clamp(value / top, 0.0, 1.0);
  }
};

std::string axis_text(double value) {
  if (value >= 10 || value == std::floor(value)) return grouped(static_cast<std::uint64_t>(value));
  return fmt::format("{:.2g}", value);
}

std::string grid(const Frame& frame, const Plot& plot) {
  std::string out;
  for (int row = 0; row <= kRows; ++row) {
    const double value = frame.top * row / kRows, y = frame.y(value);
    out += fmt::format(
        R"(<line class="grid" x1="{:.0f}" y1="{:.1f}" x2="{:.0f}" y2="{:.1f}"/><text x="{:.0f}" y="{:.1f}" text-anchor="end">{}</text>)",
        kLeft, y, kWidth - kRight, y, kLeft - 6, y + 4, axis_text(value));
  }
  for (int column = 0; column <= 6; ++column) {
    const double second = frame.last_second * column / 6;
    out += fmt::format(R"(<text x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text>)",
                       frame.x(second), kHeight - 8, clock_text(second));
  }
  for (const Mark& mark : plot.marks)
    out += fmt::format(
        R"(<line class="mark" x1="{0:.1f}" y1="{1}" x2="{0:.1f}" y2="{2}"/><text class="mark" x="{3:.1f}" y="{4}">{5}</text>)",
        frame.x(mark.second), kTop, kHeight - kBottom, frame.x(mark.second) + 4, kTop + 8,
        mark.name);
  return out;
}

std::string legend(const Plot& plot) {
  std::string out = "<p class=\"legend\">";
  for (const Series& one : plot.series)
    out += fmt::format(R"(<span><i style="background:{}"></i>{}</span>)", one.colour, one.name);
  return out + "</p>";
}

std::string wrap(const Plot& plot, const std::string& inside) {
  return fmt::format(
      R"(<figure><figcaption>{}<small>{}</small></figcaption><svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">{}</svg>{}</figure>)",
      plot.title, plot.unit, kWidth, kHeight, plot.title, inside, legend(plot));
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
  return wrap(plot, inside);
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
  return wrap(plot, inside + grid(frame, plot));
}

}  // namespace frontrow::rehearsal
