#include "base/svg_plot.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace r1 {
namespace {

int Count(std::string_view text, std::string_view what) {
  int count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

PlotFigure TwoPanels() {
  PlotFigure figure{.title = "a <run> & \"more\"", .x_label = "step"};
  figure.panels.push_back({.title = "accuracy",
                           .series = {{.label = "words", .x = {0, 1, 2}, .y = {0.1, 0.5, 0.9}},
                                      {.label = "base", .x = {0, 2}, .y = {0.3, 0.3}, .dashed = true}},
                           .y_min = 0,
                           .y_max = 1});
  figure.panels.push_back({.title = "length", .series = {{.label = "tokens", .x = {0, 1, 2}, .y = {20, std::nan(""), 40}}}});
  return figure;
}

TEST(SvgPlotTest, DrawsEverySeriesOfEveryPanelWithALegend) {
  const std::string svg = RenderSvg(TwoPanels());
  EXPECT_EQ(Count(svg, "<path "), 3);
  for (const char* text : {">accuracy<", ">words<", ">base<", ">length<", ">tokens<", ">step<", ">0.2<", ">25<"})
    EXPECT_EQ(Count(svg, text), 1) << text;
  EXPECT_EQ(Count(svg, "stroke-dasharray=\"6 5\""), 1);
  EXPECT_EQ(svg, RenderSvg(TwoPanels()));
}

TEST(SvgPlotTest, EscapesTextAndLeavesGaps) {
  const std::string svg = RenderSvg(TwoPanels());
  EXPECT_NE(svg.find("a &lt;run&gt; &amp; &quot;more&quot;"), std::string::npos);
  EXPECT_EQ(Count(svg, "nan"), 0);
  // The series with a NaN in the middle lifts the pen.
  const size_t path = svg.rfind("<path d=\"");
  const std::string_view data = std::string_view(svg).substr(path + 9, svg.find('"', path + 9) - path - 9);
  EXPECT_EQ(Count(data, "M"), 2);
  EXPECT_EQ(Count(data, "L"), 0);
}

TEST(SvgPlotTest, LongSeriesStaySmallAndKeepTheirPeaks) {
  PlotFigure figure;
  PlotSeries series{.label = "s"};
  for (int i = 0; i < 200000; ++i) {
    series.x.push_back(i);
    series.y.push_back(i == 123456 ? 10.0 : std::sin(i * 0.1));
  }
  figure.panels.push_back({.title = "t", .series = {series}, .y_min = -10, .y_max = 10});
  const std::string svg = RenderSvg(figure);
  EXPECT_LT(svg.size(), 100'000u);
  const size_t top = svg.find("<clipPath id=\"p0\"><rect x=\"64.0\" y=\"");
  ASSERT_NE(top, std::string::npos);
  const double plot_top = std::stod(svg.substr(top + 36)) + 2;
  char peak[16];
  std::snprintf(peak, sizeof(peak), " %.1fL", plot_top);
  EXPECT_NE(svg.find(peak), std::string::npos);
}

TEST(SvgPlotTest, SurvivesEmptyAndConstantData) {
  EXPECT_NO_THROW(RenderSvg({}));
  for (const std::vector<double>& y :
       {std::vector<double>{}, {0.0}, {5.0, 5.0}, {std::nan("")}, {INFINITY, 1.0}, {1e-12, 1e12}, {-3.0, -3.0}}) {
    PlotFigure figure;
    PlotSeries series{.label = "s", .x = {}, .y = y};
    for (size_t i = 0; i < y.size(); ++i) series.x.push_back(static_cast<double>(i));
    figure.panels.push_back({.title = "t", .series = {series}});
    const std::string svg = RenderSvg(figure);
    EXPECT_EQ(Count(svg, "nan"), 0);
    EXPECT_EQ(Count(svg, "inf"), 0);
  }
}

TEST(SvgPlotTest, RefusesSeriesOfUnequalLengths) {
  PlotFigure figure;
  figure.panels.push_back({.title = "t", .series = {{.label = "s", .x = {1, 2}, .y = {1}}}});
  EXPECT_THROW(RenderSvg(figure), Error);
}

TEST(SvgPlotTest, TicksAreRoundAndCoverTheData) {
  EXPECT_EQ(NiceTicks(0, 1, 5), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0}));
  EXPECT_EQ(NiceTicks(3, 97, 5), (std::vector<double>{0, 20, 40, 60, 80, 100}));
  EXPECT_EQ(NiceTicks(-0.7, 0.2, 4), (std::vector<double>{-1, -0.5, 0, 0.5}));
  for (double scale : {1e-9, 1.0, 7e8}) {
    const auto ticks = NiceTicks(0.13 * scale, 0.94 * scale, 6);
    EXPECT_LE(ticks.front(), 0.13 * scale);
    EXPECT_GE(ticks.back(), 0.94 * scale);
    EXPECT_LE(ticks.size(), 10u);
  }
}

}  // namespace
}  // namespace r1
