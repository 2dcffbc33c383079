// From what a user types for data to a path that data/records.h reads: names of the hub, and which files of a data set a benchmark
// asks.
#pragma once

#include <string>

#include "eval/benchmark/registry.h"

namespace r1 {

// A path that is there, as it is; else datasets/OWNER/NAME[:FILES] in the place of downloaded data sets. Throws kNotFound, with the
// command that downloads it, if it is not there. Any other text is left to whoever opens it.
std::string DataPath(const std::string& text);

// The same for a benchmark. Of a folder those files that the registry names, if they are there, else those of its test split; of an
// empty text the downloaded data set that the registry names. Says on stderr which files were chosen where the user did not. Throws
// kNotFound, with the command to type, if there is no data.
std::string BenchmarkDataPath(const Benchmark& benchmark, const std::string& text);

}  // namespace r1
