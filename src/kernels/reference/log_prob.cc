#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

// With e_v = exp(l_v - max) and s = sum e:  lse = max + log s, entropy = log s - (sum e_v (l_v - max)) / s.
void LogProb(int64_t rows, int64_t vocab, const float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
             float* logprob, float* lse, float* entropy) {
  for (int64_t r = 0; r < rows; ++r, logits += stride) {
    const auto logit = [&](int64_t v) { return logits[v] * inv_temperature; };
    const float max = LaneMax(vocab, logit);
    const auto shifted = [&](int64_t v) { return logit(v) - max; };
    const auto weight = [&](int64_t v) { return Exp(shifted(v)); };
    const float sum = LaneSum(vocab, weight);
    const float log_sum = Log(sum);
    lse[r] = max + log_sum;
    logprob[r] = logit(targets[r]) - lse[r];
    if (entropy != nullptr) entropy[r] = log_sum - LaneDot(vocab, weight, shifted) / sum;
  }
}

void LogProbBackward(int64_t rows, int64_t vocab, float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
                     const float* lse, const float* dlogprob) {
  for (int64_t r = 0; r < rows; ++r, logits += stride) {
    const float scale = dlogprob[r] * inv_temperature;
    for (int64_t v = 0; v < vocab; ++v)
      logits[v] = scale * ((v == targets[r] ? 1.0f : 0.0f) - Exp(logits[v] * inv_temperature - lse[r]));
  }
}

}  // namespace r1::reference
