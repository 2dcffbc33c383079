#include <cmath>

#include "kernels/reference/reference.h"

namespace r1::reference {

void AdamW(int64_t n, const AdamWStep& step, const float* grad, float* value, float* m, float* v) {
  const float keep = 1.0f - step.learning_rate * step.weight_decay;
  for (int64_t i = 0; i < n; ++i) {
    const float g = grad[i] * step.grad_scale;
    m[i] = std::fma(step.beta1, m[i], (1.0f - step.beta1) * g);
    v[i] = std::fma(step.beta2, v[i], (1.0f - step.beta2) * g * g);
    const float m_hat = m[i] / step.bias_correction1;
    const float v_hat = v[i] / step.bias_correction2;
    value[i] = std::fma(-step.learning_rate, m_hat / (std::sqrt(v_hat) + step.epsilon), value[i] * keep);
  }
}

}  // namespace r1::reference
