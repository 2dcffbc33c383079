#include "base/svg_plot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/format.h"
#include "base/terminal.h"

namespace r1 {
namespace {

// Okabe and Ito's palette: distinguishable with colour-blind eyes and on paper.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#56B4E9", "#444444"};
constexpr const char* kInk = "#222222";
constexpr const char* kSoftInk = "#666666";
constexpr const char* kGrid = "#E4E4E0";
constexpr double kLeft = 64, kRight = 24;  // margins of the plot area
constexpr double kLegendRow = 20, kPanelGap = 34;
constexpr double kLetter = 6.8;  // about the mean width of a letter at 12.5 pixels

std::string EscapeXml(std::string_view text) {
  std::string out;
  for (const char c : PrintableText(text, /*one_line=*/true)) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

struct TextStyle {
  const char* anchor = "start";
  double size = 12.5;
  const char* colour = kInk;
  bool bold = false;
};
std::string Text(double x, double y, std::string_view text, TextStyle style = {}) {
  return Format("<text x=\"%.1f\" y=\"%.1f\" font-size=\"%g\" fill=\"%s\" text-anchor=\"%s\"%s>", x, y, style.size, style.colour,
                style.anchor, style.bold ? " font-weight=\"600\"" : "") +
         EscapeXml(text) + "</text>\n";
}

std::string Line(double x1, double y1, double x2, double y2, const char* colour, double width, const char* dashes = "") {
  return Format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%g\"%s%s%s/>\n", x1, y1, x2, y2,
                colour, width, *dashes ? " stroke-dasharray=\"" : "", dashes, *dashes ? "\"" : "");
}

struct Range {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  void Cover(double value) {
    if (!std::isfinite(value)) return;
    min = std::min(min, value);
    max = std::max(max, value);
  }
  bool empty() const { return min > max; }
};

// An axis: ticks, and where a value lies between its two ends.
struct Axis {
  std::vector<double> ticks;
  double min, max;
  double from, to;  // pixels
  double At(double value) const { return from + (value - min) / (max - min) * (to - from); }
};

std::string TickLabel(double value, double step) {
  if (std::abs(value) < step / 1e6) return "0";
  const double size = std::abs(value);
  const char* suffix = "";
  if (size >= 1e9)
    value /= 1e9, step /= 1e9, suffix = "G";
  else if (size >= 1e6)
    value /= 1e6, step /= 1e6, suffix = "M";
  else if (size >= 1e4)
    value /= 1e3, step /= 1e3, suffix = "k";
  if (size < 1e-3) return Format("%g", std::round(value / step) * step);
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  return Format("%.*f%s", decimals, value, suffix);
}

double StepOf(const std::vector<double>& ticks) { return ticks.size() > 1 ? ticks[1] - ticks[0] : 1; }

// `tight` keeps the data's ends (the x axis, fixed limits) and drops ticks outside; otherwise the axis grows to the outer ticks.
Axis MakeAxis(Range range, bool tight, int count, double from, double to) {
  if (range.empty()) range = {0, 1};
  if (range.min == range.max) {
    const double pad = range.min == 0 ? 1 : std::abs(range.min) * 0.1;
    range = {range.min - pad, range.max + pad};
    tight = false;
  }
  Axis axis{NiceTicks(range.min, range.max, count), range.min, range.max, from, to};
  if (tight) {
    const double slack = StepOf(axis.ticks) * 1e-6;
    std::erase_if(axis.ticks, [&](double t) { return t < range.min - slack || t > range.max + slack; });
  } else {
    axis.min = axis.ticks.front();
    axis.max = axis.ticks.back();
  }
  return axis;
}

// The polyline of a series. Long series keep the first, lowest, highest and last point of every half pixel: the picture stays the
// same and the file small.
std::string SeriesPath(const PlotSeries& series, const Axis& x_axis, const Axis& y_axis) {
  struct Point {
    double x, y;
  };
  std::string path;
  bool pen_down = false;
  const auto draw = [&](Point p) {
    path += Format("%c%.1f %.1f", pen_down ? 'L' : 'M', p.x, p.y);
    pen_down = true;
  };
  std::vector<Point> bucket;
  const auto flush = [&] {
    if (bucket.size() <= 4) {
      for (const Point& p : bucket) draw(p);
    } else {
      const auto [low, high] =
          std::minmax_element(bucket.begin(), bucket.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
      draw(bucket.front());
      draw(*std::min(low, high));
      draw(*std::max(low, high));
      draw(bucket.back());
    }
    bucket.clear();
  };
  for (size_t i = 0; i < series.x.size(); ++i) {
    if (!std::isfinite(series.x[i]) || !std::isfinite(series.y[i])) {
      flush();
      pen_down = false;
      continue;
    }
    const double margin = std::abs(y_axis.from - y_axis.to);  // far outside fixed limits is clipped anyway; keep coordinates sane
    const Point p{x_axis.At(series.x[i]), std::clamp(y_axis.At(series.y[i]), y_axis.to - margin, y_axis.from + margin)};
    if (!bucket.empty() && std::floor(2 * p.x) != std::floor(2 * bucket.front().x)) flush();
    bucket.push_back(p);
  }
  flush();
  return path;
}

// Where each legend entry goes: flows to the right of the title and wraps.
struct LegendSpot {
  double x;
  int row;
};
std::vector<LegendSpot> LayOutLegend(const PlotPanel& panel, double right_edge) {
  std::vector<LegendSpot> spots;
  double x = kLeft + DisplayWidth(panel.title) * kLetter * 1.08 + 26;
  int row = 0;
  for (const PlotSeries& series : panel.series) {
    const double entry = 28 + DisplayWidth(series.label) * kLetter + 14;
    if (x + entry > right_edge + 14 && x > kLeft) {
      x = kLeft;
      ++row;
    }
    spots.push_back({x, row});
    x += entry;
  }
  return spots;
}

class Renderer {
 public:
  explicit Renderer(const PlotFigure& figure) : figure_(figure), right_(figure.width - kRight) {
    Range range;
    for (const PlotPanel& panel : figure.panels) {
      for (const PlotSeries& series : panel.series) {
        Require(series.x.size() == series.y.size(), "plot series `", series.label, "` must have as many x as y, got ",
                series.x.size(), " and ", series.y.size());
        for (size_t i = 0; i < series.x.size(); ++i) {
          if (std::isfinite(series.y[i])) range.Cover(series.x[i]);
        }
      }
    }
    x_axis_ = MakeAxis(range, /*tight=*/true, 8, kLeft, right_);
  }

  std::string Render() {
    double y = 30;
    if (!figure_.title.empty()) body_ += Text(kLeft, y, figure_.title, {.size = 17, .bold = true});
    if (!figure_.subtitle.empty()) body_ += Text(kLeft, y += 19, figure_.subtitle, {.size = 11.5, .colour = kSoftInk});
    y += 12;
    for (size_t i = 0; i < figure_.panels.size(); ++i) y = DrawPanel(figure_.panels[i], y, i, i + 1 == figure_.panels.size());
    body_ += Text((kLeft + right_) / 2, y + 34, figure_.x_label, {.anchor = "middle", .colour = kSoftInk});
    const int height = static_cast<int>(y + 50);
    return Format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
               "font-family=\"system-ui, 'Segoe UI', Helvetica, Arial, sans-serif\">\n",
               figure_.width, height, figure_.width, height) +
           "<rect width=\"100%\" height=\"100%\" fill=\"#FCFCFA\"/>\n" + body_ + "</svg>\n";
  }

 private:
  // Draws one panel whose title row starts at `top`; returns the y of its lower edge.
  double DrawPanel(const PlotPanel& panel, double top, size_t index, bool last) {
    const std::vector<LegendSpot> legend = LayOutLegend(panel, right_);
    const double title_y = top + 20;
    body_ += Text(kLeft, title_y, panel.title, {.size = 13, .bold = true});
    for (size_t i = 0; i < legend.size(); ++i) {
      const double y = title_y + legend[i].row * kLegendRow;
      body_ += Line(legend[i].x, y - 4, legend[i].x + 20, y - 4, Colour(i), 2.5, panel.series[i].dashed ? "5 4" : "");
      body_ += Text(legend[i].x + 26, y, panel.series[i].label);
    }
    const double plot_top = title_y + (legend.empty() ? 0 : legend.back().row) * kLegendRow + 12;
    const double plot_bottom = plot_top + figure_.panel_height;
    const Axis y_axis = YAxis(panel, plot_bottom, plot_top);

    for (const double tick : y_axis.ticks) {
      body_ += Line(kLeft, y_axis.At(tick), right_, y_axis.At(tick), kGrid, 1);
      body_ += Text(kLeft - 8, y_axis.At(tick) + 4, TickLabel(tick, StepOf(y_axis.ticks)),
                    {.anchor = "end", .size = 11.5, .colour = kSoftInk});
    }
    for (const double tick : x_axis_.ticks) {
      body_ += Line(x_axis_.At(tick), plot_bottom, x_axis_.At(tick), plot_bottom + 4, kSoftInk, 1);
      if (last) {
        body_ += Text(x_axis_.At(tick), plot_bottom + 18, TickLabel(tick, StepOf(x_axis_.ticks)),
                      {.anchor = "middle", .size = 11.5, .colour = kSoftInk});
      }
    }
    body_ += Line(kLeft, plot_bottom, right_, plot_bottom, kSoftInk, 1);
    for (const PlotMark& mark : figure_.marks) {
      if (mark.x < x_axis_.min || mark.x > x_axis_.max) continue;
      const double x = x_axis_.At(mark.x);
      const bool at_right = x > (kLeft + right_) / 2;
      body_ += Line(x, plot_top, x, plot_bottom, "#999999", 1, "2 3");
      if (index == 0)
        body_ += Text(at_right ? x - 5 : x + 5, plot_top + 11, mark.label,
                      {.anchor = at_right ? "end" : "start", .size = 11, .colour = kSoftInk});
    }
    body_ += Format("<clipPath id=\"p%d\"><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/></clipPath>\n",
                    static_cast<int>(index), kLeft, plot_top - 2, right_ - kLeft + 2, figure_.panel_height + 4.0);
    for (size_t i = 0; i < panel.series.size(); ++i) DrawSeries(panel.series[i], i, index, y_axis);
    return last ? plot_bottom : plot_bottom + kPanelGap - 20;
  }

  void DrawSeries(const PlotSeries& series, size_t i, size_t panel_index, const Axis& y_axis) {
    const std::string clip = Format(" clip-path=\"url(#p%d)\"", static_cast<int>(panel_index));
    const std::string path = SeriesPath(series, x_axis_, y_axis);
    if (!path.empty()) {
      body_ += "<path d=\"" + path + "\" fill=\"none\" stroke=\"" + Colour(i) + "\" stroke-width=\"2\" stroke-linejoin=\"round\"" +
               (series.dashed ? " stroke-dasharray=\"6 5\"" : "") + clip + "/>\n";
    }
    // Few points are measurements worth seeing one by one, and a single one would be no line at all.
    if (series.dashed || series.x.size() > 40) return;
    for (size_t p = 0; p < series.x.size(); ++p) {
      if (!std::isfinite(series.x[p]) || !std::isfinite(series.y[p])) continue;
      body_ += Format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"", x_axis_.At(series.x[p]), y_axis.At(series.y[p]),
                      Colour(i)) +
               clip + "/>\n";
    }
  }

  static Axis YAxis(const PlotPanel& panel, double from, double to) {
    Range range;
    for (const PlotSeries& series : panel.series) {
      for (const double y : series.y) range.Cover(y);
    }
    if (range.empty()) range = {0, 1};
    if (panel.y_min) range.min = *panel.y_min;
    if (panel.y_max) range.max = *panel.y_max;
    if (range.max < range.min) std::swap(range.min, range.max);
    Axis axis = MakeAxis(range, panel.y_min && panel.y_max, 5, from, to);
    if (panel.y_min && *panel.y_min < axis.max) axis.min = *panel.y_min;
    if (panel.y_max && *panel.y_max > axis.min) axis.max = *panel.y_max;
    std::erase_if(axis.ticks,
                  [&](double t) { return t < axis.min - 1e-9 * std::abs(axis.min) || t > axis.max + 1e-9 * std::abs(axis.max); });
    return axis;
  }

  static const char* Colour(size_t i) { return kColours[i % std::size(kColours)]; }

  const PlotFigure& figure_;
  double right_;
  Axis x_axis_;
  std::string body_;
};

}  // namespace

std::vector<double> NiceTicks(double min, double max, int count) {
  if (!(max > min)) return {min};
  const double raw = (max - min) / std::max(1, count);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw * 0.999) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::floor(min / step + 1e-9), last = std::ceil(max / step - 1e-9);
  for (double i = first; i <= last; ++i) ticks.push_back(i * step);
  return ticks;
}

std::string RenderSvg(const PlotFigure& figure) { return Renderer(figure).Render(); }

}  // namespace r1
