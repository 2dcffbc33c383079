// Inputs made to hang, to exhaust memory or the stack, or to be taken for right: each gets a verdict within 50 ms, and a wrong one
// never.
#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/median.h"
#include "judge/math/math_verdict.h"

namespace r1 {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_UNDEFINED__)
constexpr double kMostMilliseconds = 1000;
#elif defined(__OPTIMIZE__)
constexpr double kMostMilliseconds = 50;
#else
constexpr double kMostMilliseconds = 1000;
#endif

std::string Repeat(std::string_view piece, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += piece;
  return all;
}

// Of this thread: other programs on the machine do not count.
double CpuMilliseconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

std::vector<std::string> HostileInputs() {
  std::vector<std::string> inputs = {"9^{9^{9^{9}}}",
                                     "10^{10^{10}}",
                                     "2^3^4^5^6^7^8^9",
                                     "1000000!",
                                     "3000!!",
                                     "((10!)!)!",
                                     "1/0",
                                     "0^{0^{0}}",
                                     "(x+1)^{100000}",
                                     "(x+1)^{4000}-(x+1)^{4000}",
                                     "\\sum_{k=1}^{10^{12}} k",
                                     "\\sum_{i=1}^{2000}\\sum_{j=1}^{2000}\\sum_{k=1}^{2000} i",
                                     "\\prod_{k=1}^{9999} k",
                                     "\\sum_{k=1}^{9999} \\frac{1}{k}",
                                     "\\sum_{k=1}^{2000} \\sin(k) x",
                                     "\\binom{1000000000}{5000}",
                                     "\\binom{4000}{2000}",
                                     "5000!/4999!",
                                     "\\frac{2004!}{2003!}+x",
                                     "1e999999999",
                                     "1e-19000",
                                     "1e18999+1e-18999",
                                     "\\sqrt[64]{7^{20000}}",
                                     "\\log_{1}(1)",
                                     "\\ln 0",
                                     "\\arcsin 2",
                                     "\\sin(10^{300})",
                                     "\\tan(\\pi/2)",
                                     "e^{e^{e^{e^{e}}}}",
                                     "e^{-e^{e^{e^{e}}}}",
                                     "\\gcd(7^{20000}, 3^{30000})",
                                     "i^{i^{i^{i}}}",
                                     "x^{x^{x^{x^{x}}}}",
                                     "(1+10^{-50})^{10^{50}}",
                                     "0x2",
                                     "__import__(\"os\").system(\"id\")",
                                     "\xD9\xA2",
                                     "\xEF\xBC\x92",
                                     std::string("\0", 1),
                                     std::string("2\0", 2),
                                     "\xFF\xFE",
                                     "\xC3",
                                     "\\",
                                     "{",
                                     "}",
                                     "\\frac",
                                     "\\frac{1}",
                                     "\\sqrt[",
                                     "2^",
                                     "_",
                                     "^",
                                     "\\begin{pmatrix}",
                                     "\\begin{pmatrix}1\\end{pmatrix",
                                     "\\left(",
                                     "\\text{",
                                     "\\text{2",
                                     "|",
                                     "||||",
                                     "||2||",
                                     "1:",
                                     "\\{2",
                                     "2\\}",
                                     "(2]",
                                     "[2)",
                                     "2)",
                                     "\\pmod{2}",
                                     "\\cancel{2}",
                                     "\\phantom{2}3",
                                     "2\\\\3",
                                     "\\sqrt{-1}^{2}\\cdot -2\\cdot \\frac{1}{0}",
                                     "2+0\\cdot 9^{9^{9^9}}",
                                     "2+0/0",
                                     "\\frac{2\\cdot 0}{0}",
                                     "\\lim_{x\\to 0} 2",
                                     "\\int_0^2 1\\,dx",
                                     "2\\pm 0.1",
                                     "2\\pm 10^{-30}"};
  for (const auto& [piece, count] : std::vector<std::pair<const char*, int>>{
           {"(", 4000},           {"{", 4000},          {"[", 4000},          {"\\{", 2000},       {"\\sqrt{", 1000},
           {"\\frac{1}{", 800},   {"-", 8000},          {"+", 8000},          {"!", 4000},         {"2^", 4000},
           {"x^", 4000},          {"\\sin ", 1000},     {"|", 4000},          {"1+", 4000},        {"x+", 4000},
           {"1,", 4000},          {"2\\pm ", 1000},     {"x=", 3000},         {"1<", 3000},        {"1:", 3000},
           {"x_", 3000},          {"a ", 4000},         {"\\text{a}", 1000},  {"\\frac", 1000},    {"1 000 ", 1000},
           {"1/", 4000},          {"x*", 4000},         {"\\cup ", 1000},     {"(1,2)\\cup", 800}, {"\\sum_{k=1}^{9}", 500},
           {"f(", 3000},          {"\\binom{9}{", 800}, {"%", 4000},          {"^\\circ", 1000},   {"'", 4000},
           {"\\\\", 4000},        {"&", 4000},          {"\\boxed{", 4000},   {"<think>", 4000},   {"</think>", 4000},
           {"$", 8000},           {"\\[", 4000},        {"answer is ", 2000}, {"####", 4000},      {"**", 4000},
           {"\\boxed{2},", 2000}, {"x\\pm y, ", 900},   {"\\sqrt{x}+", 800}}) {
    inputs.push_back(Repeat(piece, count));
    inputs.push_back(Repeat(piece, count) + "3");
  }
  for (const auto& [open, close, count] : std::vector<std::tuple<const char*, const char*, int>>{{"(", ")", 90},
                                                                                                 {"(", ")", 3000},
                                                                                                 {"{", "}", 3000},
                                                                                                 {"\\sqrt{", "}", 95},
                                                                                                 {"\\sqrt{", "}", 1000},
                                                                                                 {"\\frac{1}{1+", "}", 90},
                                                                                                 {"|", "|", 90},
                                                                                                 {"\\sin(", ")", 95},
                                                                                                 {"x^{", "}", 95},
                                                                                                 {"\\boxed{", "}", 1000},
                                                                                                 {"\\{", "\\}", 90},
                                                                                                 {"(1+", ")^{99}", 45},
                                                                                                 {"\\lfloor ", "\\rfloor ", 90},
                                                                                                 {"\\sum_{k=1}^{99}(", ")", 20},
                                                                                                 {"f(", ")", 90},
                                                                                                 {"e^{", "}", 90},
                                                                                                 {"\\ln(2+", ")", 90}})
    inputs.push_back(Repeat(open, count) + "3" + Repeat(close, count));
  inputs.push_back(std::string(100'000, '1'));
  inputs.push_back(std::string(8000, '9') + "/" + std::string(190, '7'));
  inputs.push_back("0." + std::string(4900, '3'));
  inputs.push_back("0.\\overline{" + std::string(4900, '3') + "}");
  inputs.push_back(std::string(20'000, 'x'));
  inputs.push_back(std::string(8'000, 'x'));
  inputs.push_back(Repeat("1+", 20'000) + "1");
  inputs.push_back("\\begin{pmatrix}" + Repeat("1&", 3000) + "1\\end{pmatrix}");
  inputs.push_back("\\{" + Repeat("x,", 250) + "y\\}");
  inputs.push_back("\\{" + Repeat("\\sqrt{x^2+1},", 250) + "y\\}");
  std::string distinct = "\\{";
  for (int i = 0; i < 250; ++i) distinct += "\\sqrt{x+" + std::to_string(i) + "},";
  inputs.push_back(distinct + "y\\}");
  std::string product, tower = "2", letters;
  for (int i = 0; i < 300; ++i) product += "(x^{" + std::to_string(i) + "}+\\sin x)";
  for (int i = 0; i < 40; ++i) tower = "\\sqrt{" + tower + "+\\sqrt{" + std::to_string(i) + "}}";
  for (int i = 0; i < 2000; ++i) letters += "+a_{" + std::to_string(i) + "}";
  inputs.push_back(product);
  inputs.push_back(tower);
  inputs.push_back(letters);
  inputs.push_back(std::string(1'000'000, ' ') + "\\boxed{" + std::string(1'000'000, ' '));
  inputs.push_back(Repeat("\\boxed{1} ", 100'000));
  inputs.push_back(Repeat("The answer is 3. ", 20'000));
  inputs.push_back(Repeat("$x$ ", 100'000) + "words and words and words");
  inputs.push_back(Repeat("\\(", 100'000) + "words and words and words");
  return inputs;
}

struct Slowest {
  double milliseconds = 0;
  std::string what;
};

// How many times longer than on a quiet core work takes now: neighbours on the same core lengthen CPU time too. Its measure is the
// work that the judge itself does most, products of long numbers. Never below 1: a faster core has to keep the same limit.
double Slowness() {
  constexpr double kQuietMilliseconds = 3.0;  // of one round, on two cores of an Emerald Rapids
  constexpr int kRounds = 9, kLimbs = 2000;
  std::vector<uint32_t> a(kLimbs), product(2 * kLimbs);
  for (int i = 0; i < kLimbs; ++i) a[i] = 2654435761U * static_cast<uint32_t>(i + 1);
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = CpuMilliseconds();
    for (int i = 0; i < kLimbs; ++i) {
      uint64_t carry = 0;
      for (int j = 0; j < kLimbs; ++j) {
        carry += uint64_t{a[i]} * a[j] + product[i + j];
        product[i + j] = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
      product[i + kLimbs] = static_cast<uint32_t>(carry);
    }
    rounds.push_back(CpuMilliseconds() - begin);
  }
  return std::max(1.0, Median(std::move(rounds)) / kQuietMilliseconds);
}

// In milliseconds of CPU on a quiet core. What was too slow is timed again, and its quickest time counts.
MathVerdict Timed(const std::string& expected, const std::string& answer, Slowest& slowest) {
  constexpr int kTries = 5;
  MathVerdict verdict;
  double spent = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kTries && spent >= kMostMilliseconds; ++i) {
    const double begin = CpuMilliseconds();
    verdict = JudgeMath(expected, answer);
    const double took = CpuMilliseconds() - begin;
    spent = std::min(spent, took < kMostMilliseconds ? took : took / Slowness());
  }
  const std::string what = expected.substr(0, 60) + " | " + answer.substr(0, 60) + ": " + verdict.reason;
  EXPECT_LT(spent, kMostMilliseconds) << what;
  if (spent > slowest.milliseconds) slowest = {spent, what};
  return verdict;
}

TEST(HostileMathTest, GetsAVerdictInTimeAndNeverARightOne) {
  Slowest slowest;
  for (const std::string& input : HostileInputs()) {
    for (const auto& [expected, answer] : std::vector<std::pair<std::string, std::string>>{
             {"7", input}, {input, "7"}, {"7", "\\boxed{" + input + "}"}, {"7", "The answer is " + input + "."}}) {
      const MathVerdict verdict = Timed(expected, answer, slowest);
      EXPECT_FALSE(verdict.right()) << expected.substr(0, 60) << " | " << answer.substr(0, 60) << ": " << verdict.reason;
    }
  }
  std::cout << "slowest: " << slowest.milliseconds << " ms: " << slowest.what << "\n";
}

// The costliest pairs are those that are equal and of which nothing tells it early.
TEST(HostileMathTest, ComparesCostlyExpressionsWithThemselvesInTime) {
  Slowest slowest;
  for (const std::string& input : HostileInputs()) Timed(input + "+x-x", input, slowest);
  std::cout << "slowest: " << slowest.milliseconds << " ms: " << slowest.what << "\n";
}

}  // namespace
}  // namespace r1
