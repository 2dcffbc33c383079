// How fast products with quantized weights are, beside the eight-bit multiply-adds and the reading of memory that this machine can
// do at the same moment.
#pragma once

#include <cstdint>
#include <vector>

#include "base/dtype.h"
#include "kernels/quant_gemm.h"

namespace r1 {

struct QuantCase {
  DType dtype;
  int64_t tokens, in_features, out_features;
  bool int8 = false;  // rounded anew to eight bits under scales of 128
  const char* Name() const { return int8 ? "int8" : DTypeName(dtype); }
};

struct QuantResult {
  double seconds;             // median
  double gops;                // 2 per multiply-add
  double compute_fraction;    // of Int8Ceiling, median
  double gbytes_s;            // of weights read
  double bandwidth_fraction;  // of reading 256 MB, median
};

// Every common format, from one token to a prompt.
std::vector<QuantCase> StandardQuantCases();

// Random weights, more of them than the caches hold and taken in turn, as the layers of a model are; rounding of the activations
// included. Takes about `seconds`.
QuantResult BenchQuant(const KernelTable& kernels, ThreadPool& pool, const QuantCase& test, double seconds);

}  // namespace r1
