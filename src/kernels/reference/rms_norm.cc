#include "kernels/reference/lanes.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void RmsNorm(int64_t rows, int64_t d, const float* x, const float* weight, float eps, float* y, float* rstd) {
  for (int64_t r = 0; r < rows; ++r, x += d, y += d) {
    const auto at = [&](int64_t i) { return x[i]; };
    const float scale = 1.0f / std::sqrt(LaneDot(d, at, at) / static_cast<float>(d) + eps);
    for (int64_t i = 0; i < d; ++i) y[i] = x[i] * scale * weight[i];
    if (rstd != nullptr) rstd[r] = scale;
  }
}

// With xhat = x rstd and g = dy weight:  dx = rstd (g - xhat mean(g xhat)).
void RmsNormBackward(int64_t rows, int64_t d, const float* x, const float* weight, const float* rstd, const float* dy, float* dx,
                     bool accumulate) {
  for (int64_t r = 0; r < rows; ++r, x += d, dy += d, dx += d) {
    const auto xhat = [&](int64_t i) { return x[i] * rstd[r]; };
    const auto g = [&](int64_t i) { return dy[i] * weight[i]; };
    const float mean = LaneDot(d, g, xhat) / static_cast<float>(d);
    for (int64_t i = 0; i < d; ++i) {
      const float gradient = std::fma(-mean, xhat(i), g(i)) * rstd[r];
      dx[i] = accumulate ? dx[i] + gradient : gradient;
    }
  }
}

void RmsNormBackwardWeight(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, const float* rstd, const float* dy,
                           float* dweight) {
  for (int64_t i = begin; i < end; ++i)
    for (int64_t r = 0; r < rows; ++r) dweight[i] = std::fma(dy[r * d + i], x[r * d + i] * rstd[r], dweight[i]);
}

}  // namespace r1::reference
