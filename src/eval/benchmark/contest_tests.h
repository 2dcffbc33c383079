// LiveCodeBench's records as what the code judge takes: test cases on standard input, or calls of a method of class Solution.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "judge/code/code_tests.h"

namespace r1 {

bool HasContestTests(const nlohmann::json& record);

// The public tests and then the private ones (packed or not) of a record. `what` names it in messages. Throws kDataLoss for damage,
// nlohmann's exceptions for fields of other types.
CodeTests ContestTests(const nlohmann::json& record, const std::string& what);

// A program behind the imports that LiveCodeBench puts in front of each: its starter code says List[int] and imports nothing.
std::string WithContestImports(std::string_view source);

}  // namespace r1
