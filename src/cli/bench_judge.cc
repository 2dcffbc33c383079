#include "cli/bench_judge.h"

#include <algorithm>
#include <vector>

#include "base/clock.h"
#include "base/median.h"
#include "judge/math/math_verdict.h"

namespace r1 {
namespace {

struct Pair {
  std::string expected, completion;
};
struct Kind {
  const char* name;
  std::vector<Pair> pairs;
};

// As many of each as a set of MATH and GSM8K answers has, roughly: most are numbers.
std::vector<Kind> Kinds() {
  std::vector<Kind> kinds = {{"numbers",
                              {{"18", "18"},
                               {"42", "\\boxed{42}"},
                               {"1000", "1,000"},
                               {"-3", "-3.0"},
                               {"7", "The answer is \\boxed{8}."},
                               {"540", "#### 540"},
                               {"0.5", ".5"},
                               {"12", "$12$"}}},
                             {"fractions and powers",
                              {{"\\frac{3}{4}", "0.75"},
                               {"\\frac{1}{72}", "\\boxed{\\frac{1}{72}}"},
                               {"-\\frac{7}{3}", "-2\\frac13"},
                               {"1024", "2^{10}"},
                               {"10", "\\binom52"},
                               {"\\frac{5}{8}", "\\frac{8}{5}"}}},
                             {"roots and constants",
                              {{"2\\sqrt{2}", "\\sqrt{8}"},
                               {"\\frac{\\sqrt3}{3}", "\\frac{1}{\\sqrt3}"},
                               {"2\\pi", "6.28"},
                               {"\\sqrt{13}", "\\boxed{\\sqrt{13}}"},
                               {"9\\pi", "\\boxed{9\\pi}"},
                               {"3\\sqrt{5}", "5\\sqrt{3}"}}},
                             {"expressions",
                              {{"x^2+2x+1", "(x+1)^2"},
                               {"2x+1", "1+2x"},
                               {"x^2-1", "x^2+1"},
                               {"10-4n", "-4n+10"},
                               {"\\frac{x+2}{7}", "\\frac{x}{7}+\\frac27"}}},
                             {"sets, tuples, equations",
                              {{"1,-2", "-2,1"},
                               {"(3,4)", "(3, 4)"},
                               {"[0,1)", "\\left[0,1\\right)"},
                               {"x=5", "5"},
                               {"x>2", "(2,\\infty)"},
                               {"y=2x+1", "2x-y+1=0"},
                               {"\\text{(A)}", "A"},
                               {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}"}}}};
  // A solution of some 2,000 bytes with its thinking before it.
  std::string thinking = "<think>\n";
  for (int i = 0; i < 20; ++i)
    thinking +=
        "First, $x_{" + std::to_string(i) + "} = \\frac{3}{4}$, so \\boxed{3} seems right, but let me check it once more.\n";
  Kind whole{"whole completions", {}};
  for (const Pair& pair : kinds[0].pairs)
    whole.pairs.push_back({pair.expected, thinking + "</think>\nWe find\n\\[ x = \\boxed{" + pair.expected + "}. \\]"});
  kinds.push_back(whole);
  return kinds;
}

double Seconds(const Pair& pair, int repeats) {
  const double start = SteadySeconds();
  for (int i = 0; i < repeats; ++i) JudgeMath(pair.expected, pair.completion);
  return (SteadySeconds() - start) / repeats;
}

JudgeBenchResult Measure(const char* name, const std::vector<Pair>& pairs, double seconds) {
  JudgeBenchResult result{name, static_cast<int64_t>(pairs.size())};
  double sum = 0;
  for (const Pair& pair : pairs) {
    std::vector<double> samples;
    const double start = SteadySeconds();
    while (samples.size() < 5 || SteadySeconds() - start < seconds / static_cast<double>(pairs.size()))
      samples.push_back(Seconds(pair, 20));
    const double median = Median(samples);
    sum += median;
    result.slowest_us = std::max(result.slowest_us, 1e6 * median);
  }
  result.verdicts_per_s = static_cast<double>(pairs.size()) / sum;
  return result;
}

}  // namespace

void BenchJudge(double seconds, const std::function<void(const JudgeBenchResult&)>& report) {
  std::vector<Pair> all;
  for (const Kind& kind : Kinds()) {
    report(Measure(kind.name, kind.pairs, seconds));
    all.insert(all.end(), kind.pairs.begin(), kind.pairs.end());
  }
  report(Measure("ordinary", all, seconds));
}

}  // namespace r1
