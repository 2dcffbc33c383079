// equations: linear equations with one answer. Difficulty 1 and 2 have one unknown on both sides, 3 and 4 two unknowns, 5 and 6
// three; even difficulties have larger coefficients.
#include <array>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

constexpr const char* kUnknowns = "xyz";

// "3x - y + 2z"; all-zero rows are the caller's to avoid.
std::string LinearText(const std::array<int64_t, 3>& row, size_t unknowns) {
  std::string text;
  for (size_t i = 0; i < unknowns; ++i) {
    const int64_t c = row[i], size = c < 0 ? -c : c;
    if (c == 0) continue;
    text += text.empty() ? (c < 0 ? "-" : "") : (c < 0 ? " - " : " + ");
    if (size != 1) text += std::to_string(size);
    text += kUnknowns[i];
  }
  return text;
}

int64_t Determinant(const std::array<std::array<int64_t, 3>, 3>& m) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

}  // namespace

std::optional<Problem> DrawEquations(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  const auto unknowns = static_cast<size_t>((difficulty + 1) / 2);
  const int64_t most = difficulty % 2 == 1 ? 3 : 9;
  std::array<int64_t, 3> values{};
  for (size_t i = 0; i < unknowns; ++i) values[i] = rng.Between(-9, 9);
  if (unknowns == 1) {
    const int64_t a = rng.Between(2, most + 3), c = rng.Between(1, a - 1), b = rng.Between(1, 10 * most);
    const int64_t d = (a - c) * values[0] + b;
    const std::string text =
        StrCat(a, "x + ", b, " = ", c == 1 ? "" : std::to_string(c), "x ", d < 0 ? "- " : "+ ", d < 0 ? -d : d);
    return MakePuzzle(difficulty, {.question = StrCat("Solve ", text, ". What is x?"),
                                   .answer = std::to_string(values[0]),
                                   .kind = "one unknown",
                                   .key = "equations:" + text});
  }
  // Rows beyond the unknowns are those of the identity, so that one determinant serves two and three.
  std::array<std::array<int64_t, 3>, 3> rows{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  std::vector<std::string> lines;
  for (size_t r = 0; r < unknowns; ++r) {
    int64_t sum = 0, present = 0;
    for (size_t i = 0; i < unknowns; ++i) {
      rows[r][i] = rng.Between(-most, most);
      sum += rows[r][i] * values[i];
      present += rows[r][i] != 0;
    }
    if (present < 2) return std::nullopt;
    lines.push_back(StrCat(LinearText(rows[r], unknowns), " = ", sum));
  }
  if (Determinant(rows) == 0) return std::nullopt;
  const size_t asked = rng.Below(unknowns);
  const std::string text = Join(lines, "; ");
  return MakePuzzle(difficulty, {.question = StrCat("Solve the system ", text, ". What is ", kUnknowns[asked], "?"),
                                 .answer = std::to_string(values[asked]),
                                 .kind = unknowns == 2 ? "two unknowns" : "three unknowns",
                                 // Whoever solved the system knows every unknown: which one is asked does not count.
                                 .key = "equations:" + text});
}

}  // namespace r1
