// How fast an engine serves one model, as a fraction of the multiply-adds that this machine can do at the same moment.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "model/model.h"

namespace r1 {

struct EngineBenchOptions {
  int64_t prompt_tokens = 128;  // of each prompt; random token ids
  int64_t completion_tokens = 96;
  int samples = 5;
  int64_t kv_bytes = int64_t{1} << 30;
};

struct EngineBenchResult {
  std::string name;         // "prefill", "decode, batch 16", "first token"
  int64_t batch = 0;        // sequences at once
  double seconds = 0;       // median: of all prompts, of all tokens after each completion's first, to the first token
  double tokens_per_s = 0;  // median
  double fraction = 0;      // median of 2 FLOPs per parameter a token / the ceiling probed right before
};

// Prefill of 16 prompts, decoding at batch 1, 4, 16, 64 and 512, and the time to the first token of a single prompt. Throws
// kInvalidArgument if prompt and completion do not fit the model's context.
void BenchEngine(Runtime& runtime, const Model& model, const EngineBenchOptions& options,
                 const std::function<void(const EngineBenchResult&)>& done);

}  // namespace r1
