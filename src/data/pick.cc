#include "data/pick.h"

#include "base/check.h"
#include "base/error.h"

namespace r1 {

size_t PickWeighted(Rng& rng, std::span<const double> weights, std::string_view name) {
  double total = 0;
  for (const double w : weights) {
    Require(w >= 0 && w <= 1e9, name, ": weights must lie in 0..1e9, got ", w);
    total += w;
  }
  Require(total > 0, name, ": at least one usable weight must be above 0");
  double left = rng.Uniform() * total;
  size_t last = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    last = i;
    left -= weights[i];
    if (left < 0) break;
  }
  return last;
}

std::string Fill(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> values) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      out += text[i];
      continue;
    }
    CHECK(i + 2 < text.size() && text[i + 2] == '}');
    bool found = false;
    for (const auto& [letter, value] : values) {
      if (letter == text[i + 1]) out += value, found = true;
    }
    CHECK(found);
    i += 2;
  }
  return out;
}

}  // namespace r1
