#include "eval/pass_at_k.h"

#include "base/error.h"

namespace r1 {

double PassAtK(int64_t n, int64_t c, int64_t k) {
  Require(k >= 1 && k <= n, "pass@k: k must lie in 1..n, got k=", k, ", n=", n);
  Require(c >= 0 && c <= n, "pass@k: the number right must lie in 0..n, got ", c, " of ", n);
  if (c == 0) return 0.0;
  if (k == 1) return static_cast<double>(c) / static_cast<double>(n);  // exactly, without the product's rounding
  if (n - c < k) return 1.0;
  double all_wrong = 1.0;
  for (int64_t i = n - c + 1; i <= n; ++i) all_wrong *= 1.0 - static_cast<double>(k) / static_cast<double>(i);
  return 1.0 - all_wrong;
}

}  // namespace r1
