#include "kernels/reference/lanes.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void EmbeddingBackward(int64_t rows, int64_t d, int64_t begin, int64_t end, const int32_t* ids, const float* dy, float* dtable) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = begin; i < end; ++i) dtable[ids[r] * d + i] += dy[r * d + i];
}

void ColumnSum(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, float* sum) {
  for (int64_t i = begin; i < end; ++i)
    for (int64_t r = 0; r < rows; ++r) sum[i] += x[r * d + i];
}

float SumSquares(int64_t n, const float* x) {
  const auto at = [&](int64_t i) { return x[i]; };
  return LaneDot(n, at, at);
}

}  // namespace r1::reference
