#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/task.h"
#include "data/tasks/tasks.h"

namespace r1 {

static constexpr Task kTasks[] = {
    {"words", "small English word problems: gaining, losing, bags of, sharing, comparing", 1, 6, DrawWords, true},
    {"chain", "sums, differences and products: Compute 12-2*3+8?", 1, 6, DrawChain, true},
    {"missing", "find the number x in 3*x+4=19; the answer can be put back and checked", 1, 4, DrawMissing, true},
    {"pairs", "search: which two numbers of a list add up to a target", 1, 4, DrawPairs, true},
    {"countdown", "search: make a target from three numbers; which number comes last", 1, 2, DrawCountdown, true},
    {"order", "the largest or smallest of several small expressions", 2, 5, DrawOrder, true},
    {"sequence", "the next number of a sequence", 1, 4, DrawSequence, true},
    {"digits", "addition of numbers with two to five digits, column by column", 2, 5, DrawDigits, true},
    // For rewards and evaluation only: they have no worked solutions.
    {"divisors", "number theory: greatest common divisors and least common multiples", 1, 6, DrawDivisors},
    {"remainder", "number theory: what is left of a power or a product after division", 1, 6, DrawRemainder},
    {"primes", "number theory: counting primes, and largest prime factors", 1, 6, DrawPrimes},
    {"bases", "a number written in another base", 1, 6, DrawBases},
    {"roman", "reading, writing and adding Roman numerals", 1, 5, DrawRoman},
    {"fractions", "arithmetic: sums and products of fractions, in lowest terms", 1, 5, DrawFractions},
    {"percent", "arithmetic: a price that rises and falls by percentages", 1, 5, DrawPercent},
    {"average", "means with a missing number, and medians", 1, 6, DrawAverage},
    {"equations", "algebra: linear equations with one to three unknowns", 1, 6, DrawEquations},
    {"quadratic", "algebra: roots of quadratic and cubic equations", 1, 6, DrawQuadratic},
    {"geometry", "rectangles, right triangles, areas of polygons", 1, 6, DrawGeometry},
    {"counting", "combinatorics: committees, arrangements, paths on a grid", 1, 6, DrawCounting},
    {"dice", "probability: sums of dice, as a fraction", 1, 4, DrawDice},
    {"sets", "sizes of unions, intersections and differences", 1, 5, DrawSets},
    {"boolean", "logic: how many assignments make a formula true", 1, 6, DrawBoolean},
    {"knights", "logic: knights tell the truth, knaves lie; who is what", 1, 5, DrawKnights},
    {"syllogism", "logic: does a sentence about groups follow from others", 1, 4, DrawSyllogism},
    {"ranking", "logic: who is the oldest, second oldest, ..., from comparisons", 1, 6, DrawRanking},
    {"seating", "logic: who sits where, from facts that leave one order", 1, 4, DrawSeating},
    {"sudoku", "search: a cell of a 4 by 4 sudoku", 1, 6, DrawSudoku},
    {"magic", "search: a missing number of a magic square", 1, 4, DrawMagic},
    {"nim", "games: what wins at taking stones", 1, 6, DrawNim},
    {"roads", "graphs: the shortest way between two towns", 1, 6, DrawRoads},
    {"robot", "space: where a robot is after some commands", 1, 6, DrawRobot},
    {"program", "small programs: what is printed", 1, 6, DrawProgram},
    {"sorting", "sorted lists, and the swaps of bubble sort", 1, 6, DrawSorting},
    {"letters", "strings: counting letters, spelling backwards", 1, 5, DrawLetters},
    {"cipher", "strings: reading Caesar's cipher", 1, 6, DrawCipher},
    {"calendar", "days of the week, days between dates", 1, 6, DrawCalendar},
    {"clock", "times of day on a journey", 1, 4, DrawClock},
};

std::span<const Task> AllTasks() { return kTasks; }

const Task& FindTask(std::string_view name) {
  std::string known;
  for (const Task& task : kTasks) {
    if (task.name == name) return task;
    known += known.empty() ? "" : ", ";
    known += task.name;
  }
  Fail(ErrorCode::kInvalidArgument, "task: there is no '", name, "'; known tasks: ", known);
}

Problem MakeProblem(const Task& task, uint64_t seed, int64_t index, Split split, const TaskOptions& options) {
  const int64_t lo = std::max(task.min_difficulty, options.min_difficulty);
  const int64_t hi = std::min(task.max_difficulty, options.max_difficulty);
  Require(lo <= hi, "task ", task.name, ": offers difficulties ", task.min_difficulty, " to ", task.max_difficulty, ", asked for ",
          options.min_difficulty, " to ", options.max_difficulty);
  Require(options.max_value >= 20 && options.max_value <= 9999, "task ", task.name, ": max_value must be in 20..9999, got ",
          options.max_value);
  std::vector<double> weights;
  for (int64_t d = lo; d <= hi; ++d) weights.push_back(options.WeightOf(d));
  Rng rng(RngKey({seed, HashText(task.name), static_cast<uint64_t>(split), static_cast<uint64_t>(index)}));
  const int64_t difficulty = lo + static_cast<int64_t>(PickWeighted(rng, weights, "difficulty_weights"));
  // The rarest acceptance (long held-out chains) is above 1%, so this bound is never met by accident.
  for (int attempt = 0; attempt < 20000; ++attempt) {
    std::optional<Problem> problem = task.draw(rng, difficulty, options.max_value);
    if (problem && IsHeldOut(problem->key) == (split == Split::kHeldOut)) return *std::move(problem);
  }
  Fail(ErrorCode::kInvalidArgument, "task ", task.name, ": no ", SplitName(split), " problem of difficulty ", difficulty,
       " with numbers up to ", options.max_value);
}

Example ToExample(const Task& task, Problem problem, Split split, int64_t index) {
  Example example;
  example.id = StrCat(task.name, '/', SplitName(split), '/', index);
  example.question = std::move(problem.question);
  example.answer = problem.AnswerText();
  example.metadata = {{"task", task.name},
                      {"difficulty", std::to_string(problem.difficulty)},
                      {"kind", std::move(problem.kind)},
                      {"key", std::move(problem.key)}};
  example.difficulty = problem.difficulty;
  return example;
}

}  // namespace r1
