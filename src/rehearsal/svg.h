// Plots as inline SVG: lines over time, and areas that are stacked. They fill the width they are
// given and carry a title, an axis and a legend; no script, no outside part.
#pragma once

#include <string>
#include <vector>

namespace frontrow::rehearsal {

struct Series {
  std::string name;
  std::string colour;
  std::vector<double> values;  // one for each second of Plot::seconds
};

struct Mark {
  double second = 0;
  std::string name;
};

struct Plot {
  std::string title;
  std::string unit;  // of the values, for the axis
  std::vector<double> seconds;
  std::vector<Series> series;
  std::vector<Mark> marks;  // upright lines with a name
};

std::string line_plot(const Plot& plot);
std::string area_plot(const Plot& plot);

}  // namespace frontrow::rehearsal
