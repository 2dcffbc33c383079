// Line charts as SVG text: stacked panels over one x axis, for a run's curve.svg. Plain shapes and text on a light background, so
// it looks the same in a browser, a README and a printout; the same input gives the same bytes.
//   PlotFigure figure{.title = "r1-zero-micro", .x_label = "GRPO step"};
//   figure.panels.push_back({.title = "held-out accuracy", .series = {{.label = "sums", .x = steps, .y = accuracy}}, .y_min = 0,
//   .y_max = 1}); AtomicWriteFile("curve.svg", RenderSvg(figure));
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace r1 {

struct PlotSeries {
  std::string label;      // in the panel's legend
  std::vector<double> x;  // same length as y
  std::vector<double> y;  // a value that is not finite leaves a gap
  bool dashed = false;    // for references: a baseline, a target
};

struct PlotPanel {
  std::string title;  // what the y axis shows, with its unit
  std::vector<PlotSeries> series;
  std::optional<double> y_min, y_max;  // fixed limits; otherwise from the data, rounded outwards to ticks
};

// A vertical line through all panels: the start of a stage, a resume.
struct PlotMark {
  double x;
  std::string label;
};

struct PlotFigure {
  std::string title;
  std::string subtitle;  // small print under the title: machine, seed, command
  std::string x_label;
  std::vector<PlotPanel> panels;
  std::vector<PlotMark> marks;
  int width = 860;         // pixels
  int panel_height = 210;  // pixels of each panel's plot area
};

// Throws kInvalidArgument if a series' x and y differ in length.
std::string RenderSvg(const PlotFigure& figure);

// About `count` round numbers (1, 2 or 5 times a power of ten apart) that cover [min, max]: the first is at most min, the last at
// least max.
std::vector<double> NiceTicks(double min, double max, int count);

}  // namespace r1
