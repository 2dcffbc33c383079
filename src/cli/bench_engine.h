// How fast an engine serves one model, as shares of what this machine can do at the same moment: reading memory, and multiply-adds
// of the kind that the model's weights need.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "model/model.h"

namespace r1 {

struct EngineBenchOptions {
  int64_t prompt_tokens = 512;  // of each prompt, or what the model's context allows; random token ids
  int64_t completion_tokens = 96;
  int samples = 5;
  int64_t kv_bytes = int64_t{1} << 30;
  std::string only;  // rows whose name contains it
};

struct EngineBenchResult {
  std::string name;               // "prefill", "decode, batch 16", "first token"
  int64_t batch = 0;              // sequences at once
  double seconds = 0;             // median: of all prompts, of all tokens after each completion's first, to the first token
  double tokens_per_s = 0;        // median
  double accepted = -1;           // share of guesses that were right; -1: none were made
  double compute_fraction = 0;    // median of 2 operations per parameter a token / the ceiling probed right before
  double bandwidth_fraction = 0;  // median of one reading of the weights a step / the reading of memory probed right before
};

// What one step must do at least.
struct ModelWork {
  double operations_per_token = 0;
  double weight_bytes_per_step = 0;
  bool int8 = false;               // most of the weights are quantized
  GemmType type = GemmType::kF32;  // of the products of most others
};
ModelWork WorkOf(const Model& model);

// Throws kInvalidArgument if BenchEngine has no row whose name contains `only`.
void RequireEngineBenchRow(const std::string& only);

// Prefill, decoding at batch 1, 4, 16 and 32 (a small model: also 64 and 512), and the time to the first token of a single prompt;
// then decoding with guesses (speculation = ngram) of a text that repeats itself and of one that does not, each beside the same
// without, in turns. Throws kInvalidArgument if prompt and completion do not fit the model's context, or only a small model has the
// row that `only` names.
void BenchEngine(Runtime& runtime, const Model& model, const EngineBenchOptions& options,
                 const std::function<void(const EngineBenchResult&)>& done);

}  // namespace r1
