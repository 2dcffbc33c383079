// The tables that all forms of a report share: rows of cells, the first row the heads.
#pragma once

#include <string>
#include <vector>

#include "eval/benchmark/report.h"

namespace r1 {

std::vector<std::vector<std::string>> ReportTable(const BenchmarkReport& report);    // categories and the total
std::vector<std::vector<std::string>> OfficialTable(const BenchmarkReport& report);  // the papers' figures; empty if there are none

}  // namespace r1
