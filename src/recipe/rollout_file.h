// The rollouts of one step on disk, rollouts/step-000123.safetensors: what `r1 replay` recomputes and the watch page shows.
//
// Everything is flat: G completions of each prompt, concatenated; *_starts are prefix sums.
//   prompt_ids, prompt_starts, token_ids, starts   i32
//   logprobs, entropies, ref_logprobs              f32, one a token; ref_logprobs only with a reference model
//   rewards, advantages                            f32, one a completion; a reward that does not apply is NaN
//   reward_parts                                   f32 [completions, parts], unweighted; "reward_names" of the metadata names them
//   finished                                       i32, one a completion: 1 if it ended by itself
// "examples" of the metadata: [{"question", "answer"}] as JSON, one a prompt.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "train/rollout.h"

namespace r1 {

// Atomically. reward_names: of the parts, in their order.
void WriteRollouts(const std::string& path, int64_t step, const RolloutBatch& batch, const std::vector<std::string>& reward_names);

// Texts are not stored: they are token_ids. Files of before entropies, parts, ends and examples were stored have none. Throws
// kDataLoss naming the file if it is not what WriteRollouts writes. group_size 0: as many as there are for each prompt.
RolloutBatch ReadRollouts(const std::string& path, int64_t group_size, std::vector<std::string>* reward_names = nullptr);

// Steps of a run whose rollouts are stored, ascending. Throws kNotFound if `run` is no run or has none.
std::vector<int64_t> StoredRollouts(const std::string& run);

}  // namespace r1
