// What the R1 papers report for their models, to stand beside one's own figures.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace r1 {

struct OfficialFigure {
  const char* benchmark;  // a name of benchmark/registry.h
  const char* model;
  double pass_at_1;   // percent
  double cons_at_64;  // percent; 0: not reported
  const char* source;
};

std::vector<OfficialFigure> OfficialFiguresOf(std::string_view benchmark);  // in the papers' order; none: they do not report it

}  // namespace r1
