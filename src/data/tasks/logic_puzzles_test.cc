// The answers of the tasks about logic, games and puzzles, found again by trying every possibility.
#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include "data/tasks/puzzle_test_util.h"

namespace r1 {
namespace {

// "A is a knight." and the like, given who the knights are.
bool IsTrueOfKnights(std::string text, const std::set<std::string>& knights) {
  if (text.back() == '.') text.pop_back();
  const auto words = SplitText(text, " ");
  if (words[0] == "Exactly") return static_cast<int64_t>(knights.size()) == std::stoll(words[1]);
  if (words[0] == "If") {
    const auto sides = SplitText(text.substr(3), ", then ");
    return !IsTrueOfKnights(sides[0], knights) || IsTrueOfKnights(sides[1], knights);
  }
  if (const size_t both = text.find(", or both"); both != std::string::npos) {
    const auto sides = SplitText(text.substr(0, both), " or ");
    return IsTrueOfKnights(sides[0], knights) || IsTrueOfKnights(sides[1], knights);
  }
  if (text.find("of the same kind") != std::string::npos) return knights.contains(words[0]) == knights.contains(words[2]);
  if (text.find(" and ") != std::string::npos) {
    const auto sides = SplitText(text, " and ");
    return IsTrueOfKnights(sides[0], knights) && IsTrueOfKnights(sides[1], knights);
  }
  EXPECT_EQ(words.size(), 4u) << text;
  return knights.contains(words[0]) == (words[3] == "knight");
}

TEST(LogicPuzzlesTest, Knights) {
  ForEachProblem("knights", [](const Problem& p) {
    const std::vector<std::string> names = SplitText(Between(p.question, "You meet ", "."), ", ");
    std::vector<std::string> said;
    for (const std::string& name : names) said.push_back(Between(p.question, name + " says: \"", "\""));
    std::vector<std::string> answers;
    for (uint32_t set = 0; set < 1u << names.size(); ++set) {
      std::set<std::string> knights;
      for (size_t i = 0; i < names.size(); ++i) {
        if ((set >> i & 1) != 0) knights.insert(names[i]);
      }
      bool fits = true;
      for (size_t i = 0; i < names.size(); ++i) fits = fits && IsTrueOfKnights(said[i], knights) == knights.contains(names[i]);
      if (!fits) continue;
      std::string text;
      for (const std::string& name : knights) text += (text.empty() ? "" : ", ") + name;
      answers.push_back(text.empty() ? "none" : text);
    }
    EXPECT_EQ(answers, std::vector<std::string>{p.AnswerText()}) << p.question;
  });
}

TEST(LogicPuzzlesTest, SyllogismsHoldInEveryModel) {
  int64_t yes = 0, all = 0;
  ForEachProblem("syllogism", [&](const Problem& p) {
    std::string text = Between(p.question, "Suppose that ", ". Does");
    for (size_t at; (at = text.find(" and that ")) != std::string::npos;) text.replace(at, 10, ", that ");
    std::vector<std::string> sentences = SplitText(text, ", that ");
    sentences.push_back(Between(p.question, "follow that ", "?"));
    std::map<std::string, size_t> classes;
    struct Read {
      std::string quantifier;
      size_t a, b;
    };
    std::vector<Read> read;
    for (const std::string& sentence : sentences) {
      const auto words = SplitText(sentence, " ");
      ASSERT_EQ(words.size(), 4u) << sentence;
      for (const size_t i : {1, 3}) classes.emplace(words[i], classes.size());
      read.push_back({words[0], classes[words[1]], classes[words[3]]});
    }
    // A model is the set of kinds of things that exist; a kind says to which classes it belongs. Premises "all" and "no" forbid
    // kinds. The largest model without them makes every "some" that can be true at once; for a conclusion "some", a smallest model
    // is needed: one witness of each premise "some".
    const uint32_t kinds = 1u << classes.size();
    const Read asked = read.back();
    read.pop_back();
    std::vector<uint32_t> allowed;
    std::vector<std::vector<uint32_t>> witnesses;
    for (uint32_t kind = 0; kind < kinds; ++kind) {
      bool ok = true;
      for (const Read& r : read) {
        const bool in_a = (kind >> r.a & 1) != 0, in_b = (kind >> r.b & 1) != 0;
        if (r.quantifier == "all" && in_a && !in_b) ok = false;
        if (r.quantifier == "no" && in_a && in_b) ok = false;
      }
      if (ok) allowed.push_back(kind);
    }
    const auto has = [&](uint32_t kind, const Read& r, bool want_b) {
      return (kind >> r.a & 1) != 0 && ((kind >> r.b & 1) != 0) == want_b;
    };
    bool follows;
    if (asked.quantifier != "some") {
      follows =
          std::none_of(allowed.begin(), allowed.end(), [&](uint32_t kind) { return has(kind, asked, asked.quantifier == "no"); });
    } else {
      // It follows if one premise "some" has no witness that avoids the conclusion.
      follows = std::any_of(read.begin(), read.end(), [&](const Read& r) {
        return r.quantifier == "some" && std::none_of(allowed.begin(), allowed.end(),
                                                      [&](uint32_t kind) { return has(kind, r, true) && !has(kind, asked, true); });
      });
    }
    for (const Read& r : read) {
      if (r.quantifier != "some") continue;
      EXPECT_TRUE(std::any_of(allowed.begin(), allowed.end(), [&](uint32_t kind) { return has(kind, r, true); }))
          << "no model at all: " << p.question;
    }
    EXPECT_EQ(p.AnswerText(), follows ? "yes" : "no") << p.question;
    yes += follows, all += 1;
  });
  EXPECT_GT(yes, all / 4);
  EXPECT_LT(yes, 3 * all / 4);
}

TEST(LogicPuzzlesTest, Ranking) {
  ForEachProblem("ranking", [](const Problem& p) {
    std::vector<std::string> sentences = SplitText(p.question, ". ");
    const std::string asked = Between(sentences.back(), "Who is the ", " of");
    sentences.pop_back();
    std::set<std::string> people;
    for (const std::string& s : sentences) people.insert(SplitText(s, " ").front()), people.insert(SplitText(s, " ").back());
    std::vector<std::string> order(people.begin(), people.end());
    const std::vector<std::string> places = {"oldest",       "second oldest", "third oldest",   "fourth oldest",
                                             "fifth oldest", "sixth oldest",  "seventh oldest", "eighth oldest"};
    const auto place = static_cast<size_t>(std::find(places.begin(), places.end(), asked) - places.begin());
    std::set<std::string> answers;
    int orders = 0;
    do {
      const auto at = [&](const std::string& name) { return std::find(order.begin(), order.end(), name); };
      bool fits = true;
      for (const std::string& s : sentences) {
        const auto words = SplitText(s, " ");
        fits = fits && (words[2] == "older") == (at(words.front()) < at(words.back()));
      }
      if (fits) answers.insert(order[place]), ++orders;
    } while (std::next_permutation(order.begin(), order.end()) && orders < 2);
    EXPECT_EQ(answers, std::set<std::string>{p.AnswerText()}) << p.question;
  });
}

TEST(LogicPuzzlesTest, Seating) {
  ForEachProblem("seating", [](const Problem& p) {
    std::vector<std::string> order = SplitText(p.question.substr(0, p.question.find(" sit in")), ", ");
    const std::string facts = Between(p.question, "seats. ", " Who sits");
    const auto asked = static_cast<size_t>(std::stoll(Between(p.question, "on seat ", " from")) - 1);
    std::sort(order.begin(), order.end());
    std::set<std::vector<std::string>> orders;
    do {
      const auto seat = [&](const std::string& name) { return std::find(order.begin(), order.end(), name) - order.begin(); };
      bool fits = true;
      for (std::string fact : SplitText(facts, ".")) {
        if (fact.empty()) continue;
        if (fact[0] == ' ') fact.erase(0, 1);
        const auto words = SplitText(fact, " ");
        const auto x = seat(words.front());
        const auto last = static_cast<std::ptrdiff_t>(order.size()) - 1;
        const auto says = [&](const char* text) { return fact.find(text) != std::string::npos; };
        if (says("at an end"))
          fits = fits && (x == 0 || x == last) != says("does not");
        else if (says("somewhere to the left"))
          fits = fits && x < seat(words.back());
        else if (says("directly to the left"))
          fits = fits && x == seat(words.back()) - 1;
        else
          fits = fits && (std::abs(x - seat(words.back())) == 1) != says("does not");
      }
      if (fits) orders.insert(order);
    } while (std::next_permutation(order.begin(), order.end()));
    ASSERT_EQ(orders.size(), 1u) << p.question;
    EXPECT_EQ((*orders.begin())[asked], p.AnswerText()) << p.question;
  });
}

// Reads "(A and not (B or C))" with the letters' values.
bool EvaluateFormula(const std::string& text, size_t& at, uint32_t values) {
  if (text.compare(at, 4, "not ") == 0) {
    at += 4;
    return !EvaluateFormula(text, at, values);
  }
  if (text[at] != '(') return (values >> (text[at++] - 'A') & 1) != 0;
  at += 1;
  const bool a = EvaluateFormula(text, at, values);
  const size_t end = text.find(' ', at + 1);
  const std::string op = text.substr(at + 1, end - at - 1);
  at = end + 1;
  const bool b = EvaluateFormula(text, at, values);
  at += 1;
  return op == "and" ? a && b : op == "or" ? a || b : op == "xor" ? a != b : !a || b;
}

TEST(LogicPuzzlesTest, Boolean) {
  ForEachProblem("boolean", [](const Problem& p) {
    const std::string formula = Between(p.question, "true: ", "?");
    const uint32_t letters = p.kind == "2 letters" ? 2 : p.kind == "3 letters" ? 3 : 4;
    int64_t count = 0;
    for (uint32_t values = 0; values < 1u << letters; ++values) {
      size_t at = 0;
      count += EvaluateFormula(formula, at, values);
      EXPECT_EQ(at, formula.size()) << formula;
    }
    EXPECT_EQ(p.AnswerText(), std::to_string(count)) << p.question;
  });
}

// "(A union (B minus C))" as the elements.
std::set<int64_t> EvaluateSet(const std::string& text, size_t& at, const std::map<char, std::set<int64_t>>& sets) {
  if (text[at] != '(') return sets.at(text[at++]);
  at += 1;
  const std::set<int64_t> a = EvaluateSet(text, at, sets);
  const size_t end = text.find(' ', at + 1);
  const std::string op = text.substr(at + 1, end - at - 1);
  at = end + 1;
  const std::set<int64_t> b = EvaluateSet(text, at, sets);
  at += 1;
  std::set<int64_t> result;
  for (const int64_t n : a)
    if (op == "union" || b.contains(n) == (op == "intersect")) result.insert(n);
  if (op == "union") result.insert(b.begin(), b.end());
  return result;
}

TEST(LogicPuzzlesTest, Sets) {
  ForEachProblem("sets", [](const Problem& p) {
    std::map<char, std::set<int64_t>> sets;
    for (size_t at = 0; (at = p.question.find(" = {", at)) != std::string::npos; at += 4) {
      const std::vector<int64_t> n = NumbersOf(Between(p.question.substr(at), "{", "}"));
      sets[p.question[at - 1]] = std::set<int64_t>(n.begin(), n.end());
    }
    size_t at = 0;
    EXPECT_EQ(p.AnswerText(), std::to_string(EvaluateSet(Between(p.question, "does ", " have"), at, sets).size())) << p.question;
  });
}

TEST(LogicPuzzlesTest, Sudoku) {
  ForEachProblem("sudoku", [](const Problem& p) {
    std::vector<std::string> cells;
    for (const std::string& cell : SplitText(Between(p.question, "slashes: ", ". Which"), " "))
      if (cell != "/") cells.push_back(cell);
    ASSERT_EQ(cells.size(), 16u);
    const std::vector<int64_t> place = NumbersOf(p.question.substr(p.question.find("row ", p.question.find("Which"))));
    // Rows are permutations of 1 to 4: all 24^4 grids.
    std::vector<std::array<int, 4>> rows;
    std::array<int, 4> row = {1, 2, 3, 4};
    do rows.push_back(row);
    while (std::next_permutation(row.begin(), row.end()));
    const auto matches = [&](const std::array<int, 4>& r, size_t at) {
      for (size_t c = 0; c < 4; ++c)
        if (cells[at * 4 + c] != "_" && cells[at * 4 + c] != std::to_string(r[c])) return false;
      return true;
    };
    int solutions = 0, answer = 0;
    for (const auto& a : rows) {
      if (!matches(a, 0)) continue;
      for (const auto& b : rows) {
        if (!matches(b, 1)) continue;
        for (const auto& c : rows) {
          if (!matches(c, 2)) continue;
          for (const auto& d : rows) {
            if (!matches(d, 3)) continue;
            const std::array<std::array<int, 4>, 4> grid = {a, b, c, d};
            bool good = true;
            for (size_t i = 0; i < 4; ++i) {
              std::set<int> column, quarter;
              for (size_t j = 0; j < 4; ++j) column.insert(grid[j][i]), quarter.insert(grid[i / 2 * 2 + j / 2][i % 2 * 2 + j % 2]);
              good = good && column.size() == 4 && quarter.size() == 4;
            }
            if (good) ++solutions, answer = grid[static_cast<size_t>(place[0] - 1)][static_cast<size_t>(place[1] - 1)];
          }
        }
      }
    }
    EXPECT_EQ(solutions, 1) << p.question;
    EXPECT_EQ(p.AnswerText(), std::to_string(answer)) << p.question;
  });
}

// Whether the player to move wins, by looking ahead through every game.
bool Wins(const std::vector<int64_t>& heaps, std::map<std::vector<int64_t>, bool>& known) {
  const auto found = known.find(heaps);
  if (found != known.end()) return found->second;
  bool wins = false;
  for (size_t i = 0; i < heaps.size() && !wins; ++i) {
    for (int64_t left = 0; left < heaps[i] && !wins; ++left) {
      std::vector<int64_t> next = heaps;
      next[i] = left;
      std::sort(next.begin(), next.end());
      wins = !Wins(next, known);
    }
  }
  return known[heaps] = wins;
}

TEST(LogicPuzzlesTest, Nim) {
  std::map<std::vector<int64_t>, bool> known;
  ForEachProblem("nim", [&](const Problem& p) {
    if (p.kind == "one heap") {
      const std::vector<int64_t> n = NumbersOf(p.question);  // 1, most, stones
      std::vector<bool> wins = {false};
      for (int64_t s = 1; s <= n[2]; ++s) {
        bool win = false;
        for (int64_t take = 1; take <= std::min(n[1], s); ++take) win = win || !wins[static_cast<size_t>(s - take)];
        wins.push_back(win);
      }
      std::set<int64_t> takes;
      for (int64_t take = 1; take <= n[1]; ++take)
        if (!wins[static_cast<size_t>(n[2] - take)]) takes.insert(take);
      EXPECT_EQ(takes, std::set<int64_t>{std::stoll(p.AnswerText())}) << p.question;
      return;
    }
    const std::vector<int64_t> heaps = NumbersOf(Between(p.question, "which have ", " stones"));
    int64_t moves = 0;
    for (size_t i = 0; i < heaps.size(); ++i) {
      for (int64_t left = 0; left < heaps[i]; ++left) {
        std::vector<int64_t> next = heaps;
        next[i] = left;
        std::sort(next.begin(), next.end());
        moves += !Wins(next, known);
      }
    }
    EXPECT_EQ(p.AnswerText(), std::to_string(moves)) << p.question;
  });
}

}  // namespace
}  // namespace r1
