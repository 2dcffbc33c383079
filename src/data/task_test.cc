#include "data/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <unordered_set>

#include "base/error.h"

namespace r1 {
namespace {

TEST(TaskTest, TrainAndHeldOutShareNoKeyAndNoQuestionIn100kDraws) {
  for (const Task& task : AllTasks()) {
    std::unordered_set<std::string> train_keys, train_questions;
    for (int64_t i = 0; i < 10000; ++i) {
      Problem problem = MakeProblem(task, 1 + static_cast<uint64_t>(i % 3), i, Split::kTrain, {});
      train_keys.insert(std::move(problem.key));
      train_questions.insert(std::move(problem.question));
    }
    for (int64_t i = 0; i < 3000; ++i) {
      const Problem problem = MakeProblem(task, 1 + static_cast<uint64_t>(i % 3), i, Split::kHeldOut, {});
      ASSERT_FALSE(train_keys.contains(problem.key)) << task.name << ": " << problem.key;
      ASSERT_FALSE(train_questions.contains(problem.question)) << task.name << ": " << problem.question;
    }
  }
}

TEST(TaskTest, EverySolutionIsRightArithmeticAndReachesTheAnswer) {
  for (const Task& task : AllTasks()) {
    if (!task.worked) continue;
    for (int64_t i = 0; i < 1000; ++i) {
      const Problem problem = MakeProblem(task, 5, i, i % 2 == 0 ? Split::kTrain : Split::kHeldOut, {});
      ASSERT_FALSE(problem.solutions.empty());
      for (const Solution& solution : problem.solutions) {
        ASSERT_FALSE(solution.steps.empty()) << problem.question;
        bool seen = false;  // the answer occurs in the working (digits: column by column)
        std::string columns;
        for (const Step& step : solution.steps) {
          const Equation& e = step.equation;
          EXPECT_TRUE(step.role == StepRole::kGuess || Apply(e.a, e.op, e.b) == e.result) << problem.question;
          seen = seen || e.result == problem.answer || e.a == problem.answer || e.b == problem.answer ||
                 (step.role == StepRole::kGuess && step.digit == problem.answer);
          if (step.role == StepRole::kColumn) columns = std::to_string(step.digit) + columns;
        }
        if (!columns.empty()) {
          const int64_t carry = solution.steps.back().carry;
          seen = (carry > 0 ? std::to_string(carry) : "") + columns == std::to_string(problem.answer);
        }
        EXPECT_TRUE(seen) << problem.question << " -> " << problem.answer;
        for (const Equation& e : solution.check) EXPECT_EQ(Apply(e.a, e.op, e.b), e.result) << problem.question;
      }
    }
  }
}

TEST(TaskTest, AProblemIsAPureFunctionOfItsArguments) {
  for (const Task& task : AllTasks()) {
    const Problem a = MakeProblem(task, 9, 123, Split::kHeldOut, {});
    const Problem b = MakeProblem(task, 9, 123, Split::kHeldOut, {});
    EXPECT_EQ(a.question, b.question);
    EXPECT_NE(a.question, MakeProblem(task, 9, 124, Split::kHeldOut, {}).question);
    EXPECT_NE(a.question, MakeProblem(task, 10, 123, Split::kHeldOut, {}).question);
  }
}

TEST(TaskTest, DifficultyWeightsChooseTheDifficulty) {
  const Task& chain = FindTask("chain");
  TaskOptions options;
  options.difficulty_weights = {0, 0, 1, 0, 3};
  int64_t fives = 0;
  for (int64_t i = 0; i < 400; ++i) {
    const int64_t difficulty = MakeProblem(chain, 2, i, Split::kTrain, options).difficulty;
    EXPECT_TRUE(difficulty == 3 || difficulty == 5);
    fives += difficulty == 5;
  }
  EXPECT_NEAR(static_cast<double>(fives), 300, 35);
}

TEST(TaskTest, EveryDifficultyOfEveryTaskCanBeDrawnFromBothSplits) {
  for (const Task& task : AllTasks()) {
    for (int64_t d = task.min_difficulty; d <= task.max_difficulty; ++d) {
      const TaskOptions options{.min_difficulty = d, .max_difficulty = d};
      EXPECT_EQ(MakeProblem(task, 1, 0, Split::kTrain, options).difficulty, d);
      EXPECT_EQ(MakeProblem(task, 1, 0, Split::kHeldOut, options).difficulty, d);
    }
  }
}

// The numbers of a question, in order.
std::vector<int64_t> Numbers(const std::string& text) {
  std::vector<int64_t> numbers;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!isdigit(text[i])) continue;
    size_t length = 0;
    numbers.push_back(std::stoll(text.substr(i), &length));
    i += length;
  }
  return numbers;
}

TEST(TaskTest, PairsHasExactlyOnePair) {
  for (int64_t i = 0; i < 500; ++i) {
    const Problem problem = MakeProblem(FindTask("pairs"), 3, i, Split::kTrain, {});
    std::vector<int64_t> numbers = Numbers(problem.question);
    // The target is the number that the key begins with; the rest is the list.
    const int64_t target = std::stoll(problem.key.substr(6));
    numbers.erase(std::find(numbers.begin(), numbers.end(), target));
    int64_t ways = 0, smaller = 0;
    for (size_t a = 0; a < numbers.size(); ++a) {
      for (size_t b = a + 1; b < numbers.size(); ++b) {
        if (numbers[a] + numbers[b] == target) ++ways, smaller = std::min(numbers[a], numbers[b]);
      }
    }
    EXPECT_EQ(ways, 1) << problem.question;
    EXPECT_EQ(smaller, problem.answer) << problem.question;
  }
}

TEST(TaskTest, CountdownEndsWithTheSameNumberEveryWay) {
  for (int64_t i = 0; i < 300; ++i) {
    const Problem problem = MakeProblem(FindTask("countdown"), 3, i, Split::kHeldOut, {});
    std::vector<int64_t> numbers = Numbers(problem.key);  // target, then the three
    const int64_t target = numbers[0];
    const std::string ops = problem.kind == "product" ? "+-*" : "+-";
    std::set<int64_t> last;
    std::vector<int64_t> order = {1, 2, 3};
    do {
      const int64_t a = numbers[order[0]], b = numbers[order[1]], c = numbers[order[2]];
      for (const char op1 : ops) {
        const int64_t first = Apply(a, op1, b);
        if (first < 0) continue;
        for (const char op2 : ops) {
          if (Apply(first, op2, c) == target) last.insert(c);
        }
      }
    } while (std::next_permutation(order.begin(), order.end()));
    EXPECT_EQ(last, std::set<int64_t>{problem.answer}) << problem.question;
  }
}

TEST(TaskTest, ExamplesCarryWhatIsNeededToJudgeAndSort) {
  const Task& task = FindTask("missing");
  const Example example = ToExample(task, MakeProblem(task, 1, 17, Split::kHeldOut, {}), Split::kHeldOut, 17);
  EXPECT_EQ(example.id, "missing/heldout/17");
  EXPECT_FALSE(example.answer.empty());
  for (const char* key : {"task", "difficulty", "kind", "key"}) EXPECT_TRUE(example.metadata.contains(key)) << key;
}

TEST(TaskTest, SaysWhatIsWrong) {
  EXPECT_THROW(FindTask("chess"), Error);
  EXPECT_THROW(MakeProblem(FindTask("order"), 1, 0, Split::kTrain, {.min_difficulty = 7, .max_difficulty = 9}), Error);
  EXPECT_THROW(MakeProblem(FindTask("chain"), 1, 0, Split::kTrain, {.difficulty_weights = {0, 0}}), Error);
  EXPECT_THROW(SplitByName("test"), Error);
}

// So are the problems themselves: the micro recipe's corpus, curves and evaluations are made of them.
TEST(TaskTest, TheProblemsOfTheMicroRecipeAreFixedForEver) {
  const std::pair<const char*, uint64_t> kExpected[] = {{"words", 2375355030907393559u},      {"chain", 2658186050782014970u},
                                                        {"missing", 7706416498327123700u},    {"pairs", 12546880980429055188u},
                                                        {"countdown", 17264206475087449435u}, {"order", 11320161285100396720u},
                                                        {"sequence", 2912426890361432442u},   {"digits", 15033014198435491531u}};
  for (const auto& [name, expected] : kExpected) {
    std::string all;
    for (int64_t i = 0; i < 200; ++i) {
      const Problem problem = MakeProblem(FindTask(name), 1, i, i % 2 == 0 ? Split::kTrain : Split::kHeldOut, {});
      all += StrCat(problem.question, problem.answer, problem.key, problem.difficulty, problem.solutions.size());
    }
    EXPECT_EQ(HashText(all), expected) << name;
  }
}

// Published evaluations depend on which problems are held out: these must never change.
TEST(SplitTest, IsFixedForEver) {
  EXPECT_EQ(HashText("+17+20-2*7"), 14156931711369138415u);
  EXPECT_FALSE(IsHeldOut("+17+20-2*7"));
  EXPECT_FALSE(IsHeldOut("table:+7*8"));
}

}  // namespace
}  // namespace r1
