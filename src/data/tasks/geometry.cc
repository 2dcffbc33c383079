// geometry: areas and lengths with exact answers. Difficulty 1: a rectangle's perimeter and area; 2: a right triangle's third side;
// 3 to 6: the area of a polygon with so many corners on a grid.
#include <algorithm>

#include "base/error.h"
#include "data/pick.h"
#include "data/tasks/puzzle.h"
#include "data/tasks/tasks.h"

namespace r1 {
namespace {

PuzzleParts Rectangle(Rng& rng) {
  const int64_t a = rng.Between(3, 60), b = rng.Between(3, 60);
  return {.question = StrCat("A rectangle has a perimeter of ", 2 * (a + b), " cm and one side of ", a,
                             " cm. What is its area in square centimetres?"),
          .answer = std::to_string(a * b),
          .kind = "rectangle",
          .key = StrCat("geometry:rectangle", std::min(a, b), ",", std::max(a, b))};
}

// Sides k(m^2 - n^2), 2kmn and k(m^2 + n^2): Euclid's formula.
PuzzleParts RightTriangle(Rng& rng) {
  const int64_t n = rng.Between(1, 6), m = n + rng.Between(1, 6), k = rng.Between(1, 5);
  const int64_t a = k * (m * m - n * n), b = k * 2 * m * n, c = k * (m * m + n * n);
  const bool leg = Chance(rng, 0.5);
  return {
      .question = leg ? StrCat("A right triangle has a hypotenuse of ", c, " and one leg of ", a, ". How long is the other leg?")
                      : StrCat("A right triangle has legs of ", a, " and ", b, ". How long is its hypotenuse?"),
      .answer = std::to_string(leg ? b : c),
      .kind = "right triangle",
      .key = StrCat("geometry:triangle", std::min(a, b), ",", std::max(a, b))};
}

struct Point {
  int64_t x, y;
};
int64_t Cross(Point a, Point b, Point c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

}  // namespace

std::optional<Problem> DrawGeometry(Rng& rng, int64_t difficulty, int64_t /*max_value*/) {
  if (difficulty == 1) return MakePuzzle(difficulty, Rectangle(rng));
  if (difficulty == 2) return MakePuzzle(difficulty, RightTriangle(rng));
  std::vector<Point> corners;
  for (int64_t i = 0; i < difficulty; ++i) corners.push_back({rng.Between(0, 12), rng.Between(0, 12)});
  // Around the lowest corner by angle: a star-shaped polygon, which never crosses itself. Corners in line with it are refused.
  std::iter_swap(corners.begin(), std::min_element(corners.begin(), corners.end(),
                                                   [](Point a, Point b) { return a.y != b.y ? a.y < b.y : a.x < b.x; }));
  const Point low = corners[0];
  std::sort(corners.begin() + 1, corners.end(), [&](Point a, Point b) { return Cross(low, a, b) > 0; });
  for (size_t i = 1; i + 1 < corners.size(); ++i) {
    if (Cross(low, corners[i], corners[i + 1]) <= 0) return std::nullopt;
  }
  int64_t doubled = 0;
  std::string text;
  for (size_t i = 0; i < corners.size(); ++i) {
    const Point a = corners[i], b = corners[(i + 1) % corners.size()];
    doubled += a.x * b.y - a.y * b.x;
    text += StrCat(i == 0 ? "" : ", ", "(", a.x, ", ", a.y, ")");
  }
  return MakePuzzle(difficulty, {.question = StrCat("What is the area of the polygon with the corners ", text, ", in this order?"),
                                 .answer = FractionText(doubled, 2),
                                 .kind = "polygon",
                                 .key = "geometry:" + text});
}

}  // namespace r1
