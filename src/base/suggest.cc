#include "base/suggest.h"

#include <algorithm>
#include <vector>

namespace r1 {

int EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the usual table: i-2 (for swaps), i-1 and i.
  std::vector<int> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::string NearestName(std::string_view name, std::span<const std::string> candidates) {
  std::string best;
  int best_distance = std::max<int>(2, static_cast<int>(name.size()) / 3) + 1;
  for (const std::string& candidate : candidates) {
    const int distance = EditDistance(name, candidate);
    // Replacing nearly every letter is no resemblance.
    if (distance < best_distance && distance < static_cast<int>(std::max(name.size(), candidate.size()))) {
      best = candidate;
      best_distance = distance;
    }
  }
  // Someone who typed a part ("temp") or too much ("learning_rate" for "rate") is near as well.
  if (best.empty() && name.size() >= 3) {
    for (const std::string& candidate : candidates) {
      if (candidate.find(name) != std::string::npos || (candidate.size() >= 3 && name.find(candidate) != std::string_view::npos))
        return candidate;
    }
  }
  return best;
}

std::string SuggestText(std::string_view name, std::span<const std::string> candidates) {
  const std::string nearest = NearestName(name, candidates);
  if (!nearest.empty()) return "; did you mean `" + nearest + "`?";
  if (candidates.empty()) return "";
  std::string text = "; known: ";
  for (size_t i = 0; i < candidates.size(); ++i) text += (i ? ", " : "") + candidates[i];
  return text;
}

}  // namespace r1
