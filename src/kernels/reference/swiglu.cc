#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void SwiGlu(int64_t rows, int64_t f, const float* gate_up, float* y) {
  for (int64_t r = 0; r < rows; ++r, gate_up += 2 * f, y += f)
    for (int64_t i = 0; i < f; ++i) y[i] = gate_up[i] * Sigmoid(gate_up[i]) * gate_up[f + i];
}

// silu'(g) = s (1 + g (1 - s)) with s = sigmoid(g).
void SwiGluBackward(int64_t rows, int64_t f, const float* gate_up, const float* dy, float* dgate_up, float* y) {
  for (int64_t r = 0; r < rows; ++r, gate_up += 2 * f, dgate_up += 2 * f, dy += f, y += y == nullptr ? 0 : f)
    for (int64_t i = 0; i < f; ++i) {
      const float g = gate_up[i], up = gate_up[f + i], s = Sigmoid(g), gradient = dy[i];
      dgate_up[i] = gradient * up * (s * std::fma(g, 1.0f - s, 1.0f));
      dgate_up[f + i] = gradient * (g * s);
      if (y != nullptr) y[i] = g * s * up;
    }
}

}  // namespace r1::reference
