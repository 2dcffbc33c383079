// The records of a benchmark as questions: fields under their many names, choices in an order that never changes, what the judge
// needs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "data/task.h"
#include "eval/benchmark/registry.h"

namespace r1 {

struct BenchmarkItem {
  std::string id;        // unique; "FILE:LINE" where the data has none
  std::string question;  // bare
  std::string answer;    // expected; of choices, the letter. Empty for code and IFEval
  std::string category;  // "" if there is none
  std::vector<std::string> choices;
  std::string record;  // the whole record as JSON, for judges that need more of it
};

// Days as "2024-08-01", both included; "" is open.
struct DateRange {
  std::string since, until;
};

// Reads a file or more, of any form (data/records.h). Throws kNotFound with where to get the data, kDataLoss "FILE:LINE: ..."
// naming the field that is missing and what was expected, kInvalidArgument if there is no record. Files are called by their names,
// not by the way to them: reports must not depend on where the data lies. Of a benchmark whose records have a date only those of
// `dates` are kept; kInvalidArgument if they have none.
std::vector<BenchmarkItem> ReadBenchmark(const Benchmark& benchmark, const std::string& path, const DateRange& dates = {});
std::vector<BenchmarkItem> ParseBenchmark(const Benchmark& benchmark, std::string_view text, const std::string& name);

// What was read for the item, an object; an empty one for the problems of this program's tasks.
nlohmann::json ItemRecord(const BenchmarkItem& item);

// "python" or "cpp": what the record says (lang), or what its id begins with ("CPP/0").
std::string ItemLanguage(const BenchmarkItem& item);

// For the benchmark "tasks": `count` held-out problems of each task, as HeldOutTasks chooses them.
std::vector<BenchmarkItem> HeldOutItems(const std::vector<std::string>& tasks, int64_t count, int64_t max_difficulty,
                                        uint64_t seed);

}  // namespace r1
