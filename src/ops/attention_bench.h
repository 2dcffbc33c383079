// How fast attention over a cache is, for the heads of real models: decoding and prefill at many contexts, in every type of the
// cache.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ops/attention.h"

namespace r1::ops {

struct AttentionBenchCase {
  std::string model;  // "Qwen2.5-0.5B"
  AttentionShape shape;
  KvType type;
  int64_t sequences, queries, context;  // queries of each sequence, its last ones
  bool share_prompt = false;            // the first half of the context is one prompt, the same blocks for all

  std::string Name() const;  // "Qwen2.5-0.5B decode 16 x 1024 bf16, shared prompt"
};

struct AttentionBenchResult {
  double seconds = 0;   // median
  double gflops = 0;    // 4 FLOPs a row, key and dimension
  double gbytes_s = 0;  // cache read, a shared block counted once
  double of_flops = 0;  // share of the multiply-adds that this machine can do in the type of the products: bf16 for bf16, else f32
  double of_bandwidth = 0;  // share of reading as many bytes, probed with the same amount right before
};

// One layer of Qwen2.5-0.5B, DeepSeek-R1-Distill-Qwen-1.5B and Llama-3.1-8B.
std::vector<AttentionBenchCase> StandardAttentionCases();
AttentionBenchResult BenchAttention(Runtime& runtime, const AttentionBenchCase& c, double seconds);

}  // namespace r1::ops
