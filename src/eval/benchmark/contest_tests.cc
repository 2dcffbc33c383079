#include "eval/benchmark/contest_tests.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/ascii.h"
#include "base/error.h"
#include "base/json.h"
#include "eval/benchmark/packed_tests.h"

namespace r1 {
namespace {

using nlohmann::json;

constexpr const char* kTestFields[] = {"public_test_cases", "private_test_cases"};

json CasesOf(const json& field, const std::string& what) {
  if (!field.is_string()) return field;
  const std::string& text = field.get_ref<const std::string&>();
  return ParseJson(Trim(text).starts_with('[') ? text : UnpackTests(text, what), what);
}

// Each line of the input is the JSON value of one argument.
std::string ArgumentList(const std::string& input) {
  std::string arguments;
  for (size_t at = 0; at < input.size();) {
    const size_t end = std::min(input.find('\n', at), input.size());
    const std::string_view line = Trim(std::string_view(input).substr(at, end - at));
    if (!line.empty()) (arguments += arguments.empty() ? "" : ",") += line;
    at = end + 1;
  }
  return "[" + arguments + "]";
}

std::string FunctionName(const json& record, const std::string& what) {
  const json metadata = record.contains("metadata") && record["metadata"].is_string()
                            ? ParseJson(record["metadata"].get_ref<const std::string&>(), what)
                            : record.value("metadata", json::object());
  const std::string name = FirstText(metadata, {"func_name"});
  if (name.empty()) Fail(ErrorCode::kDataLoss, what, ": its tests are calls, and its metadata has no func_name");
  return FirstText(record, {"starter_code"}).find("class Solution") != std::string::npos ? "Solution." + name : name;
}

}  // namespace

bool HasContestTests(const json& record) {
  return std::any_of(std::begin(kTestFields), std::end(kTestFields), [&](const char* name) { return record.contains(name); });
}

CodeTests ContestTests(const json& record, const std::string& what) {
  StdinTests on_stdin;
  CallTests calls;
  for (const char* name : kTestFields) {
    const auto field = record.find(name);
    if (field == record.end() || field->is_null()) continue;
    for (const json& test : CasesOf(*field, what + ": " + name)) {
      std::string input = test.at("input").get<std::string>(), output = test.at("output").get<std::string>();
      const std::string type = test.value("testtype", "stdin");
      if (type == "stdin")
        on_stdin.push_back({std::move(input), std::move(output)});
      else if (type == "functional")
        calls.tests.push_back({ArgumentList(input), std::move(output)});
      else
        Fail(ErrorCode::kDataLoss, what, ": a test of the type \"", type, "\"");
    }
  }
  if (!on_stdin.empty() && !calls.tests.empty()) Fail(ErrorCode::kDataLoss, what, ": tests of two types");
  if (on_stdin.empty() && calls.tests.empty()) Fail(ErrorCode::kDataLoss, what, ": the record has no tests");
  if (calls.tests.empty()) return on_stdin;
  calls.function = FunctionName(record, what);
  return calls;
}

std::string WithContestImports(std::string_view source) {
  // An import from __future__ must stand first of all; whoever writes one writes the others, too.
  if (source.find("from __future__") != source.npos) return std::string(source);
  std::string program;
  // Names of a later module hide those of an earlier one: pow is Python's own, not that of math.
  for (const char* module : {"string", "re", "datetime", "collections", "heapq", "bisect", "copy", "math", "random", "statistics",
                             "itertools", "functools", "operator", "io", "sys", "json", "builtins", "typing"})
    program += StrCat("from ", module, " import *\n");
  program +=
      "import string, re, datetime, collections, heapq, bisect, copy, math, random, statistics, itertools, functools, operator, "
      "io, "
      "sys, json\nsys.setrecursionlimit(50000)\n";
  program += source;
  return program;
}

}  // namespace r1
