#include <cmath>

#include "kernels/reference/reference.h"

namespace r1::reference {

void Rope(int64_t rows, int64_t heads, int64_t head_dim, float* x, int64_t stride, const float* cos, const float* sin,
          const int32_t* positions, bool inverse) {
  const int64_t half = head_dim / 2;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t i = 0; i < half; ++i) {
        float& first = x[r * stride + h * head_dim + i];
        float& second = x[r * stride + h * head_dim + i + half];
        const float c = cos[positions[r] * half + i];
        const float s = inverse ? -sin[positions[r] * half + i] : sin[positions[r] * half + i];
        const float a = first, b = second;
        first = std::fma(a, c, -(b * s));
        second = std::fma(b, c, a * s);
      }
}

}  // namespace r1::reference
