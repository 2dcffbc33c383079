// The answers of the tasks about numbers, found again by trying.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "data/tasks/puzzle_test_util.h"

namespace r1 {
namespace {

int64_t Answer(const Problem& p) { return std::stoll(p.AnswerText()); }

TEST(NumberPuzzlesTest, Divisors) {
  ForEachProblem("divisors", [](const Problem& p) {
    const std::vector<int64_t> n = NumbersOf(p.question);
    const auto fits = [&](int64_t x) {
      return std::all_of(n.begin(), n.end(), [&](int64_t v) { return p.kind == "multiple" ? x % v == 0 : v % x == 0; });
    };
    int64_t best = 0;
    for (int64_t x = 1; x <= 10000 && (p.kind == "divisor" || best == 0); ++x) best = fits(x) ? x : best;
    EXPECT_EQ(Answer(p), best) << p.question;
  });
}

TEST(NumberPuzzlesTest, Remainder) {
  ForEachProblem("remainder", [](const Problem& p) {
    const std::vector<int64_t> n = NumbersOf(p.question);
    const int64_t divisor = n.back();
    int64_t value = p.kind == "power" ? 1 : n[0] * n[1] + n[2];
    if (p.kind == "power") {
      for (int64_t i = 0; i < n[1]; ++i) value = value * n[0] % divisor;
    }
    while (value >= divisor) value -= divisor;
    EXPECT_EQ(Answer(p), value) << p.question;
  });
}

TEST(NumberPuzzlesTest, Primes) {
  ForEachProblem("primes", [](const Problem& p) {
    const std::vector<int64_t> n = NumbersOf(p.question);
    std::vector<bool> composite(5001);  // Eratosthenes
    for (size_t i = 2; i < composite.size(); ++i)
      for (size_t j = 2 * i; j < composite.size(); j += i) composite[j] = true;
    int64_t found = 0;
    for (int64_t i = 2; i <= (p.kind == "count" ? n[1] : n[0]); ++i) {
      if (composite[static_cast<size_t>(i)]) continue;
      if (p.kind == "count") found += i >= n[0];
      if (p.kind == "factor" && n[0] % i == 0) found = i;
    }
    EXPECT_EQ(Answer(p), found) << p.question;
  });
}

TEST(NumberPuzzlesTest, Bases) {
  ForEachProblem("bases", [](const Problem& p) {
    const std::string given = Between(p.question, "The number ", " is");
    const std::vector<int64_t> n = NumbersOf(p.question.substr(p.question.find("base")));
    EXPECT_EQ(std::stoll(given, nullptr, static_cast<int>(n[0])), std::stoll(p.AnswerText(), nullptr, static_cast<int>(n[1])))
        << p.question;
    EXPECT_NE(p.AnswerText()[0], '0');
  });
}

int64_t RomanValue(const std::string& text) {
  const std::map<char, int64_t> values = {{'I', 1}, {'V', 5}, {'X', 10}, {'L', 50}, {'C', 100}, {'D', 500}, {'M', 1000}};
  int64_t sum = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const int64_t v = values.at(text[i]);
    sum += i + 1 < text.size() && values.at(text[i + 1]) > v ? -v : v;
  }
  return sum;
}

TEST(NumberPuzzlesTest, Roman) {
  ForEachProblem("roman", [](const Problem& p) {
    for (const char* four : {"IIII", "XXXX", "CCCC", "MMMM", "VV", "LL", "DD"}) EXPECT_EQ(p.question.find(four), std::string::npos);
    if (p.kind == "read") {
      EXPECT_EQ(Answer(p), RomanValue(Between(p.question, "is ", "?"))) << p.question;
    } else if (p.kind == "write") {
      EXPECT_EQ(RomanValue(p.AnswerText()), NumbersOf(p.question)[0]) << p.question;
    } else {
      const std::vector<std::string> words = SplitText(Between(p.question, "Compute ", " and"), " ");
      EXPECT_EQ(RomanValue(p.AnswerText()), RomanValue(words[0]) + (words[1] == "+" ? 1 : -1) * RomanValue(words[2])) << p.question;
    }
  });
}

TEST(NumberPuzzlesTest, Fractions) {
  ForEachProblem("fractions", [](const Problem& p) {
    const std::vector<std::string> words = SplitText(Between(p.question, "Compute ", ". Give"), " ");
    long double value = 0;
    for (size_t i = 0; i < words.size(); i += 2) {
      const std::vector<int64_t> n = NumbersOf(words[i]);
      const long double term = static_cast<long double>(n[0]) / static_cast<long double>(n[1]);
      if (i > 0 && words[i - 1] == "*")
        value *= term;
      else
        value += i > 0 && words[i - 1] == "-" ? -term : term;
    }
    const std::vector<int64_t> n = NumbersOf(p.AnswerText());
    const int64_t denominator = n.size() == 2 ? n[1] : 1;
    EXPECT_NEAR(static_cast<double>(static_cast<long double>(n[0]) / static_cast<long double>(denominator) - value), 0, 1e-12)
        << p.question;
    for (int64_t d = 2; d <= std::abs(n[0]) && n.size() == 2; ++d) EXPECT_FALSE(n[0] % d == 0 && n[1] % d == 0) << p.AnswerText();
  });
}

TEST(NumberPuzzlesTest, Percent) {
  ForEachProblem("percent", [](const Problem& p) {
    const std::vector<int64_t> n = NumbersOf(p.question);
    double price = static_cast<double>(n[0]);
    size_t at = 0;
    for (size_t i = 1; i < n.size(); ++i) {
      at = p.question.find(" by ", at) + 1;
      price *= 1 + (p.question.compare(at - 6, 5, "rises") == 0 ? 0.01 : -0.01) * static_cast<double>(n[i]);
    }
    EXPECT_NEAR(static_cast<double>(Answer(p)), price, 1e-6) << p.question;
  });
}

TEST(NumberPuzzlesTest, Average) {
  ForEachProblem("average", [](const Problem& p) {
    std::vector<int64_t> n = NumbersOf(p.question);
    if (p.kind == "missing") {
      int64_t sum = Answer(p);
      for (size_t i = 2; i < n.size(); ++i) sum += n[i];
      EXPECT_EQ(static_cast<int64_t>(n.size()) - 1, n[0]);
      EXPECT_EQ(sum, n[0] * n[1]) << p.question;
      return;
    }
    while (n.size() > 2) n.erase(std::min_element(n.begin(), n.end())), n.erase(std::max_element(n.begin(), n.end()));
    const std::vector<int64_t> answer = NumbersOf(p.AnswerText());
    const double median = static_cast<double>(answer[0]) / (answer.size() == 2 ? static_cast<double>(answer[1]) : 1);
    EXPECT_EQ(median, n.size() == 1 ? static_cast<double>(n[0]) : static_cast<double>(n[0] + n[1]) / 2) << p.question;
  });
}

// A linear or polynomial expression in x, y, z such as "3x - y + 2z^2 - 4" at a point.
int64_t Evaluate(std::string text, const std::map<char, int64_t>& at) {
  std::erase(text, ' ');
  int64_t sum = 0;
  for (size_t i = 0; i < text.size();) {
    int64_t sign = 1;
    if (text[i] == '+' || text[i] == '-') sign = text[i++] == '-' ? -1 : 1;
    int64_t value = 0;
    bool digits = false;
    for (; i < text.size() && isdigit(text[i]); ++i, digits = true) value = 10 * value + (text[i] - '0');
    if (!digits) value = 1;
    if (i < text.size() && at.contains(text[i])) {
      const int64_t x = at.at(text[i++]);
      int64_t power = 1;
      if (i < text.size() && text[i] == '^') power = text[i + 1] - '0', i += 2;
      for (; power > 0; --power) value *= x;
    }
    sum += sign * value;
  }
  return sum;
}

TEST(NumberPuzzlesTest, Equations) {
  ForEachProblem("equations", [](const Problem& p) {
    const bool system = p.question.find("system") != std::string::npos;
    const char asked = p.question[p.question.size() - 2];
    std::set<int64_t> solutions;
    const std::vector<std::string> lines = SplitText(Between(p.question, system ? "system " : "Solve ", ". What"), "; ");
    const int64_t last = lines.size() == 3 ? 9 : -9;  // of z, where there is one
    for (int64_t x = -9; x <= 9; ++x)
      for (int64_t y = -9; y <= (lines.size() > 1 ? 9 : -9); ++y)
        for (int64_t z = -9; z <= last; ++z) {
          const std::map<char, int64_t> at = {{'x', x}, {'y', y}, {'z', z}};
          if (std::all_of(lines.begin(), lines.end(), [&](const std::string& line) {
                const std::vector<std::string> sides = SplitText(line, " = ");
                return Evaluate(sides[0], at) == Evaluate(sides[1], at);
              }))
            solutions.insert(at.at(asked));
        }
    EXPECT_EQ(solutions, std::set<int64_t>{Answer(p)}) << p.question;
  });
}

TEST(NumberPuzzlesTest, Quadratic) {
  ForEachProblem("quadratic", [](const Problem& p) {
    const std::string text = Between(p.question, "of ", " = 0");
    const std::string polynomial = p.kind == "cubic" ? Between(p.question, "multiplicity, of ", " = 0") : text;
    const auto f = [&](int64_t x) { return Evaluate(polynomial, {{'x', x}}); };
    int64_t largest = -100, squares = 0;
    for (int64_t x = -20; x <= 20; ++x) {
      if (f(x) != 0) continue;
      largest = x;
      // Multiplicity: how many derivatives vanish as well, by differences at a distance h that no whole root shares.
      const int64_t slope = 8 * (f(x + 1) - f(x - 1)) - (f(x + 2) - f(x - 2));  // 12 f'(x), exact up to degree 4
      const int64_t bend = f(x + 1) - 2 * f(x) + f(x - 1);                      // f''(x), exact up to degree 3
      squares += x * x * (slope != 0 ? 1 : bend != 0 ? 2 : 3);
    }
    EXPECT_EQ(Answer(p), p.kind == "cubic" ? squares : largest) << p.question;
  });
}

TEST(NumberPuzzlesTest, Geometry) {
  ForEachProblem("geometry", [](const Problem& p) {
    const std::vector<int64_t> n = NumbersOf(p.question);
    if (p.kind == "rectangle") {
      const int64_t other = n[0] / 2 - n[1];
      EXPECT_EQ(Answer(p), other * n[1]) << p.question;
    } else if (p.kind == "right triangle") {
      const bool leg = p.question.find("one leg") != std::string::npos;
      EXPECT_EQ(Answer(p) * Answer(p), leg ? n[0] * n[0] - n[1] * n[1] : n[0] * n[0] + n[1] * n[1]) << p.question;
    } else {
      // Pick 1899: area = points inside + points on the border / 2 - 1.
      const auto corners = static_cast<int64_t>(n.size() / 2);
      int64_t inside = 0, border = 0;
      for (int64_t x = 0; x <= 12; ++x) {
        for (int64_t y = 0; y <= 12; ++y) {
          bool on = false, in = false;
          for (int64_t i = 0; i < corners; ++i) {
            const auto at = static_cast<size_t>(2 * i), next = static_cast<size_t>(2 * ((i + 1) % corners));
            const int64_t ax = n[at], ay = n[at + 1], bx = n[next], by = n[next + 1];
            const int64_t side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
            on |= side == 0 && std::min(ax, bx) <= x && x <= std::max(ax, bx) && std::min(ay, by) <= y && y <= std::max(ay, by);
            if ((ay > y) != (by > y)) in ^= (side > 0) == (by > ay);
          }
          border += on;
          inside += in && !on;
        }
      }
      const std::vector<int64_t> answer = NumbersOf(p.AnswerText());
      EXPECT_EQ(answer.size() == 2 ? answer[0] : 2 * answer[0], 2 * inside + border - 2) << p.question;
    }
  });
}

TEST(NumberPuzzlesTest, Counting) {
  ForEachProblem("counting", [](const Problem& p) {
    const std::vector<int64_t> n = NumbersOf(p.question);
    int64_t ways = 0;
    if (p.kind == "letters") {
      std::string word = Between(p.question, "letters of ", " have");
      std::sort(word.begin(), word.end());
      do ++ways;
      while (std::next_permutation(word.begin(), word.end()));
    } else if (p.kind == "committee") {
      for (uint32_t set = 0; set < 1u << (n[0] + n[1]); ++set) {
        const uint32_t women = set & ((1u << n[0]) - 1);
        ways += __builtin_popcount(women) == n[2] && __builtin_popcount(set ^ women) == n[3];
      }
    } else {
      std::map<std::pair<int64_t, int64_t>, int64_t> paths = {{{0, 0}, 1}};
      for (int64_t x = 0; x <= n[2]; ++x)
        for (int64_t y = 0; y <= n[3]; ++y) {
          if (x + y > 0) paths[{x, y}] = (x > 0 ? paths[{x - 1, y}] : 0) + (y > 0 ? paths[{x, y - 1}] : 0);
          if (x == n[4] && y == n[5]) paths[{x, y}] = 0;
        }
      ways = paths[{n[2], n[3]}];
    }
    EXPECT_EQ(Answer(p), ways) << p.question;
  });
}

TEST(NumberPuzzlesTest, Dice) {
  ForEachProblem("dice", [](const Problem& p) {
    std::vector<int64_t> n = NumbersOf(Between(p.question, "with ", " sides"));
    const int64_t sum = NumbersOf(Between(p.question, "sum is ", "?"))[0];
    if (n.size() == 2) n.push_back(1);
    int64_t good = 0, all = 0;
    for (int64_t a = 1; a <= n[0]; ++a)
      for (int64_t b = 1; b <= n[1]; ++b)
        for (int64_t c = 1; c <= n[2]; ++c) {
          const int64_t rolled = a + b + (NumbersOf(Between(p.question, "with ", " sides")).size() == 2 ? 0 : c);
          good += p.kind == "exactly" ? rolled == sum : rolled >= sum;
          all += 1;
        }
    const std::vector<int64_t> answer = NumbersOf(p.AnswerText());
    EXPECT_EQ(answer[0] * all, good * (answer.size() == 2 ? answer[1] : 1)) << p.question;
  });
}

TEST(NumberPuzzlesTest, Magic) {
  ForEachProblem("magic", [](const Problem& p) {
    const std::vector<std::string> cells = SplitText(Between(p.question, "slashes: ", ". What"), " ");
    std::vector<int64_t> square;  // -1: not shown
    size_t asked = 9;
    for (const std::string& cell : cells) {
      if (cell == "/") continue;
      if (cell == "?") asked = square.size();
      square.push_back(cell == "?" || cell == "_" ? -1 : std::stoll(cell));
    }
    ASSERT_EQ(square.size(), 9u);
    static constexpr size_t kLines[8][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}};
    // For every sum, fill what lines with one blank force, and try values where none does; all completions agree on what is asked.
    std::set<int64_t> found;
    const std::function<void(std::vector<int64_t>, int64_t)> fill = [&](std::vector<int64_t> s, int64_t sum) {
      for (bool changed = true; changed;) {
        changed = false;
        for (const auto& line : kLines) {
          int64_t blanks = 0, known = 0;
          size_t at = 9;
          for (const size_t i : line) (s[i] < 0) ? (void)(++blanks, at = i) : (void)(known += s[i]);
          if (blanks == 0 && known != sum) return;
          if (blanks == 1) {
            if (sum - known < 0) return;
            s[at] = sum - known, changed = true;
          }
        }
      }
      const auto blank = std::find(s.begin(), s.end(), -1);
      if (blank == s.end()) {
        found.insert(s[asked]);
        return;
      }
      for (int64_t v = 0; v <= 60; ++v) {
        *blank = v;
        fill(s, sum);
      }
    };
    for (int64_t sum = 3; sum <= 130; ++sum) fill(square, sum);
    EXPECT_EQ(found, std::set<int64_t>{Answer(p)}) << p.question;
  });
}

TEST(NumberPuzzlesTest, Sorting) {
  ForEachProblem("sorting", [](const Problem& p) {
    std::vector<int64_t> n = NumbersOf(p.question);
    int64_t swaps = 0;
    for (bool changed = true; changed;) {  // bubble sort itself
      changed = false;
      for (size_t i = 0; i + 1 < n.size(); ++i) {
        if (n[i] > n[i + 1]) std::swap(n[i], n[i + 1]), ++swaps, changed = true;
      }
    }
    if (p.kind == "swaps")
      EXPECT_EQ(Answer(p), swaps) << p.question;
    else
      EXPECT_EQ(NumbersOf(p.AnswerText()), n) << p.question;
  });
}

}  // namespace
}  // namespace r1
