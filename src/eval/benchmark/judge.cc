#include "eval/benchmark/judge.h"

#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/error.h"
#include "base/json.h"
#include "eval/benchmark/answers.h"
#include "eval/benchmark/code_answer.h"
#include "judge/code/code_judge.h"
#include "judge/ifeval/ifeval.h"
#include "judge/math/math_verdict.h"
#include "reward/answer_equality.h"

namespace r1 {
namespace {

using nlohmann::json;

AnswerVerdict JudgeMathReply(const BenchmarkItem& item, std::string_view reply) {
  const std::optional<std::string> answer = ExtractAnswer(reply);
  if (!answer) return {false, std::nullopt, "no answer", false};
  const MathVerdict verdict = JudgeMathAnswer(item.answer, *answer);
  return {verdict.right(), *answer, verdict.reason, false};
}

// What LaTeX writes around words: \text{Ann, Ben} is "Ann, Ben".
std::string WithoutTextCommands(std::string text) {
  for (const std::string_view command : {"\\text{", "\\textbf{", "\\mathrm{", "\\textrm{"})
    for (size_t at; (at = text.find(command)) != text.npos;) {
      const size_t close = text.find('}', at);
      if (close != text.npos) text.erase(close, 1);
      text.erase(at, command.size());
    }
  for (size_t at; (at = text.find("\\ ")) != text.npos;) text.erase(at, 1);
  return text;
}

// Procedural answers are numbers, words and lists, whose order matters: mathematics would take lists for sets and letters for
// factors. Equal as texts or rationals; only a number may be written in any way that mathematics knows (\frac{1}{2}).
AnswerVerdict JudgeExactReply(const BenchmarkItem& item, std::string_view reply) {
  const std::optional<std::string> answer = ExtractAnswer(reply);
  if (!answer) return {false, std::nullopt, "no answer", false};
  const bool right = AnswersEqual(WithoutTextCommands(*answer), item.answer) ||
                     (IsNumber(item.answer) && JudgeMathAnswer(item.answer, *answer).right());
  return {right, *answer, right ? "right" : "expected " + item.answer, false};
}

AnswerVerdict JudgeChoiceReply(const BenchmarkItem& item, std::string_view reply) {
  const std::optional<char> letter = ChosenLetter(reply, item.choices.size());
  if (!letter) return {false, std::nullopt, "no letter", false};
  const bool right = item.answer == std::string(1, *letter);
  return {right, std::string(1, *letter), right ? "right" : "expected " + item.answer, false};
}

AnswerVerdict JudgeKnightsReply(const BenchmarkItem& item, std::string_view reply) {
  const auto expected = KnightsAndKnaves(item.answer), said = KnightsAndKnaves(reply);
  if (said.empty()) return {false, std::nullopt, "says nobody's kind", false};
  std::string answer;
  for (const auto& [name, role] : expected) {
    const auto at = said.find(name);
    if (at != said.end()) answer += StrCat(answer.empty() ? "" : ", ", name, " is a ", at->second);
  }
  for (const auto& [name, role] : expected) {
    const auto at = said.find(name);
    if (at == said.end()) return {false, answer, StrCat("does not say what ", name, " is"), false};
    if (at->second != role) return {false, answer, StrCat(name, " is a ", role), false};
  }
  return {true, answer, "right", false};
}

AnswerVerdict JudgeCountdownReply(const BenchmarkItem& item, std::string_view reply) {
  AnswerVerdict verdict;
  ReadingJson("countdown", [&] {
    const json record = ParseJson(item.record, "countdown");
    const json& numbers = record.contains("numbers") ? record.at("numbers") : record.at("nums");
    verdict.answer = ExtractAnswer(reply);
    // "(1 + 2) * 3 = 9 does it." ends with no equation, but has one.
    if (!verdict.answer || LastCalculation(*verdict.answer).empty())
      if (const std::string_view last = LastCalculation(reply); !last.empty()) verdict.answer = last;
    if (!verdict.answer) {
      verdict.reason = "no equation";
      return;
    }
    verdict.reason = CountdownFault(*verdict.answer, numbers.get<std::vector<int64_t>>(), record.at("target").get<int64_t>());
    verdict.right = verdict.reason.empty();
    if (verdict.right) verdict.reason = "right";
  });
  return verdict;
}

AnswerVerdict JudgeIfevalReply(const BenchmarkItem& item, std::string_view reply) {
  const IfevalVerdict verdict = JudgeIfeval(item.record, reply);
  return {verdict.strict(), std::nullopt, verdict.Reason(), verdict.loose()};
}

}  // namespace

BenchmarkJudge::BenchmarkJudge(const Benchmark& benchmark, bool unsafe) : benchmark_(benchmark) {
  if (benchmark.judge != AnswerJudge::kCode) return;
  CodeJudgeConfig config;
  config.unsafe_without_isolation = unsafe;
  if (std::string_view(benchmark.name) == "livecodebench") {  // as its own testing_util.py, which has no limit of memory
    config.run = {.cpu_s = 6, .wall_s = 12, .memory_bytes = int64_t{2} << 30};
    config.decimals = true;
  }
  code_judge_ = std::make_unique<CodeJudge>(config);
}

BenchmarkJudge::~BenchmarkJudge() = default;

AnswerVerdict BenchmarkJudge::Judge(const BenchmarkItem& item, std::string_view reply) const {
  if (Trim(reply).empty()) return {false, std::nullopt, "no answer: empty, or cut off in its thinking", false};
  switch (benchmark_.judge) {
    case AnswerJudge::kMath: return JudgeMathReply(item, reply);
    case AnswerJudge::kChoice: return JudgeChoiceReply(item, reply);
    case AnswerJudge::kCode: return JudgeProgram(item, reply);
    case AnswerJudge::kIfeval: return JudgeIfevalReply(item, reply);
    case AnswerJudge::kExact: return JudgeExactReply(item, reply);
    case AnswerJudge::kKnights: return JudgeKnightsReply(item, reply);
    case AnswerJudge::kCountdown: return JudgeCountdownReply(item, reply);
  }
  return {};
}

AnswerVerdict BenchmarkJudge::JudgeProgram(const BenchmarkItem& item, std::string_view reply) const {
  const CodeAnswer answer = ReadCodeAnswer(item, reply);
  const CodeResult result = code_judge_->Judge(answer.submission, answer.tests);
  const bool right = result.verdict == Verdict::kAccepted;
  return {right, answer.submission.source, right ? StrCat("passes ", result.num_tests, " tests") : result.reason, false};
}

void BenchmarkJudge::Cancel() const {
  if (code_judge_) code_judge_->Cancel();
}

bool BenchmarkJudge::CanVote() const {
  return benchmark_.judge == AnswerJudge::kMath || benchmark_.judge == AnswerJudge::kChoice ||
         benchmark_.judge == AnswerJudge::kExact || benchmark_.judge == AnswerJudge::kKnights;
}

bool BenchmarkJudge::SameAnswer(std::string_view a, std::string_view b) const {
  if (benchmark_.judge == AnswerJudge::kMath) return a == b || JudgeMathAnswer(a, b).right();
  if (benchmark_.judge == AnswerJudge::kKnights) return KnightsAndKnaves(a) == KnightsAndKnaves(b);
  return AnswersEqual(a, b);
}

}  // namespace r1
