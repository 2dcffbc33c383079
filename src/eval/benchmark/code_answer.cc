#include "eval/benchmark/code_answer.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/json.h"
#include "eval/benchmark/contest_tests.h"
#include "judge/code/answer_program.h"

namespace r1 {
namespace {

using nlohmann::json;

// "int main" of C, or "def f" of Python: the name of the function that a HumanEval prompt asks for.
std::string FunctionOf(const std::string& declaration) {
  const size_t def = declaration.rfind("\ndef ") == declaration.npos ? declaration.find("def ") : declaration.rfind("\ndef ") + 1;
  if (def == declaration.npos) return "";
  const size_t begin = def + 4;
  return declaration.substr(begin, declaration.find('(', begin) - begin);
}

}  // namespace

CodeAnswer ReadCodeAnswer(const BenchmarkItem& item, std::string_view reply) {
  CodeAnswer answer;
  // Cut off or without a fence, it counts all the same, and the tests decide.
  answer.submission = {ItemLanguage(item), FindProgram(reply, ItemLanguage(item)).code};
  ReadingJson(item.id, [&] {
    const json record = ParseJson(item.record, item.id);
    if (HasContestTests(record)) {
      answer.tests = ContestTests(record, item.id);
      if (answer.submission.language == "python") answer.submission.source = WithContestImports(answer.submission.source);
      return;
    }
    AssertTests asserts;
    // MBPP's challenge tests are not part of its protocol, nor of the prompt.
    for (const char* name : {"test_list", "tests"}) {
      const auto list = record.find(name);
      if (list == record.end() || !list->is_array()) continue;
      for (const json& test : *list) asserts.tests.push_back(test.get<std::string>());
    }
    asserts.setup = FirstText(record, {"test_setup_code", "setup"});
    const std::string test = asserts.tests.empty() ? FirstText(record, {"test", "tests"}) : "";
    if (!test.empty()) {
      // HumanEval: check(candidate) is defined and not called; HumanEval-X calls it itself.
      const std::string prompt = item.question;
      asserts.entry_point = FirstText(record, {"entry_point"});
      asserts.declaration = FirstText(record, {"declaration"});
      if (asserts.entry_point.empty()) asserts.entry_point = FunctionOf(asserts.declaration.empty() ? prompt : asserts.declaration);
      const bool python = answer.submission.language == "python";
      const bool called = !python || test.find("\ncheck(") != test.npos;
      asserts.tests = {called ? test : test + "\ncheck(" + asserts.entry_point + ")"};
      if (python) {
        asserts.setup = prompt;
        // Only the body was written, as a base model completes a prompt.
        if (answer.submission.source.find("def " + asserts.entry_point) == std::string::npos)
          answer.submission.source.insert(0, prompt);
      }
    }
    if (asserts.tests.empty()) Fail(ErrorCode::kDataLoss, item.id, ": the record has no tests");
    answer.tests = std::move(asserts);
  });
  return answer;
}

}  // namespace r1
