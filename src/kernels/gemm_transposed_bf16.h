// C = A^T B in bf16: every unit, a part of C, rounds and packs its columns of A and B for itself, a step of k at a time.
#pragma once

#include <cstdint>
#include <span>

#include "base/thread_pool.h"
#include "kernels/gemm_transposed.h"

namespace r1 {

// segment_ends: rows of k at which blocks begin anew, ascending, the last one the number of rows; empty: one segment.
void RunTransposedBf16(const KernelTable& kernels, ThreadPool& pool, const TransposedProduct& product,
                       std::span<const int64_t> segment_ends);

}  // namespace r1
