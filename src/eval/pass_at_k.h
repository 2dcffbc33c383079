// pass@k: the chance that at least one of k completions is right.
#pragma once

#include <cstdint>

namespace r1 {

// Unbiased estimate from n completions of one question of which c are right: 1 - C(n-c, k) / C(n, k).
// pass@1 is c / n. Throws kInvalidArgument unless 1 <= k <= n and 0 <= c <= n.
// Chen et al. 2021, https://arxiv.org/abs/2107.03374
double PassAtK(int64_t n, int64_t c, int64_t k);

}  // namespace r1
