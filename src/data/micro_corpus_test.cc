#include "data/micro_corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "data/equation_text.h"
#include "data/solution.h"

namespace r1 {
namespace {

// The complete expressions with two or more operators in a text, e.g. "12-2*3+8"; with a hidden x there is none.
std::vector<std::string> LongExpressions(const std::string& text) {
  std::vector<std::string> found;
  std::string run;
  for (const char c : text + " ") {
    if (isdigit(c) || c == '+' || c == '-' || c == '*') {
      run += c;
      continue;
    }
    const bool complete = !run.empty() && isdigit(run.front()) && isdigit(run.back());
    if (complete && std::count_if(run.begin(), run.end(), [](char x) { return !isdigit(x); }) >= 2) found.push_back(run);
    run.clear();
  }
  return found;
}

TEST(MicroCorpusTest, NeitherAsksNorWorksAHeldOutProblemIn100kDocuments) {
  const MicroCorpus corpus({}, 11);
  std::unordered_set<std::string> keys;
  std::unordered_set<std::string> expressions;
  for (int64_t i = 0; i < 100000; ++i) {
    const CorpusDocument document = corpus.Document(i);
    for (const std::string& key : document.keys) {
      ASSERT_FALSE(IsHeldOut(key)) << document.text;
      keys.insert(key);
    }
    std::vector<Equation> equations;
    for (const FoundEquation& found : FindEquations(document.text)) equations.push_back(found.equation);
    for (std::string& key : WorkedKeys(equations)) keys.insert(std::move(key));
    for (std::string& expression : LongExpressions(document.text)) expressions.insert(std::move(expression));
  }
  for (const Task& task : AllTasks()) {
    for (int64_t i = 0; i < 2000; ++i) {
      const Problem problem = MakeProblem(task, 3, i, Split::kHeldOut, {});
      ASSERT_FALSE(keys.contains(problem.key)) << problem.question;
      // Independent of keys: the very expression occurs in no document.
      for (const std::string& e : LongExpressions(problem.question)) ASSERT_FALSE(expressions.contains(e)) << problem.question;
    }
  }
}

TEST(MicroCorpusTest, LongSolutionsAreAsFrequentAsTheirWeight) {
  CorpusConfig config;
  config.tasks = {{.task = "chain"}};
  const MicroCorpus corpus(config, 4);
  int64_t with_working = 0, long_ones = 0;
  for (int64_t i = 0; i < 20000; ++i) {
    const CorpusDocument document = corpus.Document(i);
    if (document.kind != DocumentKind::kChatSolution) continue;
    ++with_working;
    const size_t end = document.text.find('\n');
    const auto is_operator = [](char c) { return c == '+' || c == '-' || c == '*'; };
    long_ones += std::count_if(document.text.begin(), document.text.begin() + static_cast<std::ptrdiff_t>(end), is_operator) == 6;
  }
  EXPECT_NEAR(static_cast<double>(long_ones) / static_cast<double>(with_working), 1.0 / 6, 0.03);
}

TEST(MicroCorpusTest, ADocumentIsAPureFunctionOfSeedAndIndex) {
  const MicroCorpus a({}, 1), b({}, 1), c({}, 2);
  int64_t different = 0;
  for (int64_t i = 99; i >= 0; --i) {
    EXPECT_EQ(a.Document(i).text, b.Document(i).text);
    different += a.Document(i).text != c.Document(i).text;
  }
  EXPECT_GT(different, 95);
}

TEST(MicroCorpusTest, MixesKindsByTheirWeights) {
  CorpusConfig config;
  config.prose = 1, config.small_talk = 0, config.answer = 0, config.chat_answer = 0, config.solution = 3;
  config.chat_solution = 0, config.tagged = 0, config.drill = 0;
  const MicroCorpus corpus(config, 5);
  std::map<DocumentKind, int64_t> counts;
  for (int64_t i = 0; i < 2000; ++i) ++counts[corpus.Document(i).kind];
  EXPECT_EQ(counts.size(), 2u);
  EXPECT_NEAR(static_cast<double>(counts[DocumentKind::kSolution]), 1500, 80);
}

TEST(MicroCorpusTest, NeverShowsTheFinalFormatWithWorkingInside) {
  const MicroCorpus corpus({}, 6);
  int64_t tagged = 0, complete = 0;
  for (int64_t i = 0; i < 20000; ++i) {
    const CorpusDocument document = corpus.Document(i);
    const size_t begin = document.text.find("<think>");
    const size_t end = document.text.find("</think>");
    EXPECT_EQ(begin != std::string::npos || document.text.find("<answer>") != std::string::npos,
              document.kind == DocumentKind::kTagged);
    if (document.kind == DocumentKind::kTagged) ++tagged;
    const bool whole = begin != std::string::npos && end != std::string::npos && begin < end &&
                       document.text.find("</think> <answer>") != std::string::npos && document.text.ends_with("</answer>");
    if (!whole) continue;
    const std::string inside = document.text.substr(begin, end - begin);
    EXPECT_EQ(inside.find_first_of("0123456789="), std::string::npos) << document.text;
    ++complete;
  }
  EXPECT_NEAR(static_cast<double>(tagged) / 20000, 0.06, 0.01);
  EXPECT_LT(static_cast<double>(complete), 0.55 * static_cast<double>(tagged));
}

TEST(MicroCorpusTest, IsAsciiAndNeverEmpty) {
  const MicroCorpus corpus({}, 8);
  for (int64_t i = 0; i < 5000; ++i) {
    const std::string text = corpus.Document(i).text;
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find('{'), std::string::npos) << text;
    for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= 32 && c < 127)) << text;
  }
}

TEST(MicroCorpusTest, IsConfiguredByItsFields) {
  CorpusConfig config;
  SetField(config, "tagged=0");
  SetField(config, "tasks.1.weight=7");
  EXPECT_EQ(config.tagged, 0);
  EXPECT_EQ(config.tasks[1].weight, 7);
  ValidateFields(config);
  SetField(config, "tasks.0.task=chess");
  EXPECT_THROW(ValidateFields(config), Error);
}

TEST(MicroCorpusTest, RefusesSettingsThatCannotWork) {
  CorpusConfig config;
  config.slip = 1.5;
  EXPECT_THROW(MicroCorpus(config, 1), Error);
  config = {};
  config.tasks = {{.task = "chess"}};
  EXPECT_THROW(MicroCorpus(config, 1), Error);
  config = {};
  config.prose = -1;
  EXPECT_THROW(MicroCorpus(config, 1), Error);
}

TEST(SolutionTest, EverySlipIsPutRight) {
  const Task& chain = FindTask("chain");
  int64_t wrong = 0;
  for (int64_t i = 0; i < 300; ++i) {
    const Problem problem = MakeProblem(chain, 1, i, Split::kTrain, {});
    Rng rng(RngKey({7, static_cast<uint64_t>(i)}));
    SolutionManner manner;
    manner.slip_probability = 1;
    manner.step_checks = i % 2 == 0;
    const std::string text = RenderSolution(problem, manner, rng);
    for (const Step& step : problem.solutions[0].steps) {
      EXPECT_NE(text.find(EquationText(step.equation)), std::string::npos) << text;
    }
    wrong +=
        text.find("Wait") != std::string::npos || text.find("No") != std::string::npos || text.find("wrong") != std::string::npos;
  }
  EXPECT_EQ(wrong, 300);
}

TEST(SolutionTest, StylesDifferInWordsAndAgreeInEquations) {
  const Problem problem = MakeProblem(FindTask("words"), 1, 3, Split::kTrain, {.min_difficulty = 3, .max_difficulty = 3});
  std::set<std::string> texts;
  for (const SolutionStyle style : {SolutionStyle::kEnglish, SolutionStyle::kFrench, SolutionStyle::kSymbols}) {
    Rng rng(1);
    const std::string text = RenderSolution(problem, {.style = style, .conclusion = false}, rng);
    for (const Step& step : problem.solutions[0].steps) {
      EXPECT_NE(text.find(EquationText(step.equation)), std::string::npos) << text;
    }
    const bool has_words = text.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos;
    EXPECT_EQ(has_words, style != SolutionStyle::kSymbols) << text;
    texts.insert(text);
  }
  EXPECT_EQ(texts.size(), 3u);
}

}  // namespace
}  // namespace r1
