// r1 judge tests: makes tests from generators of inputs, correct solutions and wrong ones.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/terminal.h"
#include "cli/flags.h"
#include "cli/judge_code.h"
#include "judge/code/code_judge.h"
#include "judge/code/language.h"
#include "judge/code/test_maker.h"

namespace r1 {
namespace {

struct TestsFlags {
  CodeJudgeConfig judge;
  TestMakerConfig maker;
  std::vector<std::string> generators, correct, wrong;
  std::string out;
};

std::vector<CodeSubmission> ReadPrograms(const std::vector<std::string>& paths) {
  std::vector<CodeSubmission> programs;
  for (const std::string& path : paths) {
    const CodeLanguage* language = LanguageOfFile(path);
    Require(language != nullptr, "judge tests: the ending of ", path, " names no language");
    programs.push_back({language->name, ReadFile(path)});
  }
  return programs;
}

std::string TestsJson(const MadeTests& made) {
  JsonWriter json;
  json.BeginObject().Key("stdin").BeginArray();
  for (const MadeTest& test : made.tests)
    json.BeginObject().Field("input", test.test.input).Field("output", test.test.expected).EndObject();
  json.EndArray().EndObject();
  return json.text() + "\n";
}

void Report(const TestsFlags& flags, const MadeTests& made) {
  const Terminal err = Terminal::Stderr();
  const auto say = [&](const auto&... parts) { err.Write(PrintableText(StrCat(parts...), /*one_line=*/true) + "\n"); };
  say(made.generated, " inputs; ", made.disagreed, " dropped: correct solutions fail or disagree; ", made.broke_nothing,
      " break no wrong solution; ", made.tests.size(), " tests kept");
  if (made.failed > 0) say("generators failed ", made.failed, " times, first: ", made.first_failure);
  if (flags.correct.size() == 1)
    say("one correct solution agrees with itself: give another, in another manner, to trust the outputs");
  for (size_t w = 0; w < flags.wrong.size(); ++w)
    say(flags.wrong[w], made.broken[w] == 0 ? ": passes every test" : StrCat(": fails ", made.broken[w], " tests"));
}

void RunTestsCommand(const TestsFlags& flags) {
  const CodeJudge judge(flags.judge);
  const MadeTests made =
      MakeTests(judge, ReadPrograms(flags.generators), ReadPrograms(flags.correct), ReadPrograms(flags.wrong), flags.maker);
  Report(flags, made);
  Require(!made.tests.empty(), "judge tests: no test is left");
  if (flags.out.empty()) {
    std::cout << TestsJson(made);
  } else {
    AtomicWriteFile(flags.out, TestsJson(made));
  }
}

}  // namespace

void SetUpJudgeTests(CLI::App& app) {
  auto flags = std::make_shared<TestsFlags>();
  app.add_option("--generator", flags->generators, "A program that reads `KIND SEED` and writes one input; may be given again")
      ->required()
      ->type_name("FILE");
  app.add_option("--correct", flags->correct, "A correct solution; two that differ in manner are better than one")
      ->required()
      ->type_name("FILE");
  app.add_option("--wrong", flags->wrong, "A wrong solution: tests that break it are kept")->type_name("FILE");
  app.add_option("--out", flags->out, "Where the tests go, for `r1 judge code --tests`; otherwise standard output")
      ->type_name("FILE");
  AddFlags(app, flags->maker);
  AddFlags(app, flags->judge);
  app.callback([flags] { RunTestsCommand(*flags); });
}

}  // namespace r1
