// What a reward looks at, and what it says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace r1 {

struct JudgedCompletion {
  std::string text;                // what the model wrote after the prompt, without the end token
  std::vector<int32_t> token_ids;  // the end token included if it was produced
  bool finished = false;           // ended by the end token, not cut off
};

struct RewardResult {
  std::optional<double> score = {};  // nothing: this reward does not apply to this example
  std::string detail = {};           // why, in a few words, for logs and people
  bool timed_out = false;            // its time limit was over: the score is 0 for that reason alone
};

}  // namespace r1
