// How fast the matrix products are, as a fraction of the multiply-adds that this machine can do at the same moment.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/gemm.h"

namespace r1 {

// The three products of a linear layer y = x W^T with W [out, in]: y (NT), dx = dy W (NN), dW = dy^T x (TN).
enum class GemmForm : uint8_t { kForward, kInputGradient, kWeightGradient };
const char* GemmFormName(GemmForm form);  // "forward", "dX", "dW"

struct GemmCase {
  std::string name;
  int64_t tokens, in_features, out_features;
  GemmForm form;
  GemmType type;
  // Every thread multiplies its share of the tokens for itself, one product after the other, as the engine decodes small models.
  bool apart = false;
  bool rounds = false;  // kBF16, but for dW, which always rounds: A comes in f32 and is rounded inside the timing, as serving does
                        // it once for each input
};

struct GemmResult {
  GemmCase gemm;
  double gflops;    // median over the samples
  double ceiling;   // GFLOP/s of bare multiply-adds on the same threads, median
  double fraction;  // median over the samples of product / the probe right before it
  double quiet;     // the 90th percentile of the same: what it reaches when no neighbour uses the caches and the memory
  double gbytes_s;  // forward: reading of the weights, by each thread where products are apart, median
  double reading;   // forward: median share of reading the same memory and doing nothing; with few tokens it is the nearer ceiling
};

// The layers of the micro model (training and rollout) and of larger ones; f32 and bf16; decoding with few tokens.
std::vector<GemmCase> StandardGemmCases();

// GFLOP/s of bare multiply-adds on all threads of the pool, over about `seconds`.
double GemmCeiling(const KernelTable& kernels, ThreadPool& pool, GemmType type, double seconds);

// The same for products with quantized weights, Gop/s of eight-bit multiply-adds.
double Int8Ceiling(const KernelTable& kernels, ThreadPool& pool, double seconds);

// Weights are packed outside the timing, as they are once per optimizer step; what dW packs in every call, inside. The operands of
// bf16 products are bf16 unless the case rounds; dW rounds its own. Each case takes about `seconds`, in samples of about a
// millisecond, each after a probe of the ceiling.
std::vector<GemmResult> BenchGemm(const KernelTable& kernels, ThreadPool& pool, std::span<const GemmCase> cases, double seconds);

}  // namespace r1
