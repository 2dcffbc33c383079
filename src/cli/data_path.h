// Which files of a data set a benchmark asks.
#pragma once

#include <string>

#include "eval/benchmark/registry.h"

namespace r1 {

// DataPath (hub/data_set_name.h) for a benchmark. Of a folder those files that the registry names, if they are there, else those of
// its test split; of an empty text the downloaded data set that the registry names. Says on stderr which files were chosen where
// the user did not. Throws kNotFound, with the command to type, if there is no data.
std::string BenchmarkDataPath(const Benchmark& benchmark, const std::string& text);

}  // namespace r1
