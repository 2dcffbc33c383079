// "Did you mean ...?": the known name nearest to what someone typed, for error messages about keys, tasks, models and the like.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace r1 {

// Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string alignment).
int EditDistance(std::string_view a, std::string_view b);

// The candidate nearest to `name`, or "" if none is near enough to be what was meant. Earlier candidates win ties.
std::string NearestName(std::string_view name, std::span<const std::string> candidates);

// The end of an "unknown ..." message: "; did you mean `clip_low`?", or else "; known: a, b, c".
std::string SuggestText(std::string_view name, std::span<const std::string> candidates);

}  // namespace r1
