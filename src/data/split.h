// Which problems may be trained on. Every problem has a key: its arithmetic (or list of numbers) written in one canonical way, the
// same whatever the story, the names or the order of the summands. The key alone decides the split, for every task, seed and
// document of the corpus, so the two splits cannot overlap.
#pragma once

#include <cstdint>
#include <string_view>

namespace r1 {

enum class Split { kTrain, kHeldOut };

const char* SplitName(Split split);        // "train" or "heldout"
Split SplitByName(std::string_view name);  // throws kInvalidArgument

// One key in eight is held out. Keys that start with kTableKey never are: the tables of one-digit facts (7*8, 4+8+1) are what every
// other problem is built from.
inline constexpr std::string_view kTableKey = "table:";
bool IsHeldOut(std::string_view key);

// FNV-1a with a mixing step. Fixed for ever: published evaluations depend on it.
uint64_t HashText(std::string_view text);

}  // namespace r1
