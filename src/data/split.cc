#include "data/split.h"

#include "base/error.h"
#include "base/rng.h"

namespace r1 {

const char* SplitName(Split split) { return split == Split::kTrain ? "train" : "heldout"; }

Split SplitByName(std::string_view name) {
  if (name == "train") return Split::kTrain;
  if (name == "heldout") return Split::kHeldOut;
  Fail(ErrorCode::kInvalidArgument, "split: expected train or heldout, got '", name, "'");
}

uint64_t HashText(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
  return MixBits(hash);
}

bool IsHeldOut(std::string_view key) { return !key.starts_with(kTableKey) && HashText(key) % 8 == 0; }

}  // namespace r1
