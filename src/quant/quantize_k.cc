// Super-blocks of 256. Each group first gets the real-valued scale (and min) with the least weighted squared error, found by trying
// a range of scales and solving for the best scale under the digits each gives. Then the group scales themselves are rounded to the
// few bits that the format has, and the digits are chosen again under what was stored.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/half.h"
#include "quant/k_scales.h"
#include "quant/quantize_blocks.h"

namespace r1::quant {
namespace {

// Nearest, ties to even, without a call: |x| below 2^22.
int Nearest(float x) {
  constexpr float kMagic = 12582912.0f;  // 1.5 * 2^23: the sum has the integer in its lowest bits
  return static_cast<int>((x + kMagic) - kMagic);
}

struct Fit {
  float scale = 0, min = 0;  // x ~ scale * q - min, min >= 0
};

// q in 0..largest. Weights: how much an error at i counts.
template <int kGroup>
Fit FitScaleAndMin(const float* x, const float* weight, int largest, float first_step, int steps) {
  float low = std::min(0.0f, *std::min_element(x, x + kGroup)), high = *std::max_element(x, x + kGroup);
  if (!(high - low > 1e-30f)) return {0, -low};  // nothing to fit, or too little to divide by
  float sum_w = 0, sum_x = 0;
  for (int i = 0; i < kGroup; ++i) {
    sum_w += weight[i];
    sum_x += weight[i] * x[i];
  }
  Fit best{(high - low) / static_cast<float>(largest), -low};
  float best_error = INFINITY;
  int q[kGroup];
  const auto consider = [&](const Fit& fit) {
    float error = 0;
    for (int i = 0; i < kGroup; ++i) {
      const float difference = fit.scale * static_cast<float>(q[i]) - fit.min - x[i];
      error += weight[i] * difference * difference;
    }
    if (error < best_error) {
      best_error = error;
      best = fit;
    }
  };
  for (int step = -1; step <= steps; ++step) {  // -1: the plain scale; then ranges a little narrower and wider than it
    const float levels = static_cast<float>(largest) + (step < 0 ? 0 : first_step + 0.1f * static_cast<float>(step));
    const float inverse = levels / (high - low);
    float sum_q = 0, sum_qq = 0, sum_qx = 0;
    for (int i = 0; i < kGroup; ++i) {
      q[i] = std::clamp(Nearest(inverse * (x[i] - low)), 0, largest);
      const float f = static_cast<float>(q[i]), wf = weight[i] * f;
      sum_q += wf;
      sum_qq += wf * f;
      sum_qx += wf * x[i];
    }
    if (step < 0) consider({1 / inverse, -low});
    // Least squares for scale and min under these digits; where the min would be negative, for the scale alone.
    const float determinant = sum_w * sum_qq - sum_q * sum_q;
    if (determinant <= 0) continue;
    Fit fit{(sum_w * sum_qx - sum_x * sum_q) / determinant, (sum_q * sum_qx - sum_qq * sum_x) / determinant};
    if (fit.min < 0) fit = {sum_qx / sum_qq, 0};
    consider(fit);
  }
  return best;
}

// Eight scales and mins of six bits for Q4_K and Q5_K, and the digits under them.
struct KBlock {
  uint16_t d, dmin;
  uint8_t scales[12];
  uint8_t q[kSuperBlock];
};

KBlock QuantizeWithMins(const float* x, int largest, float first_step, int steps) {
  Fit fits[8];
  float largest_scale = 0, largest_min = 0;
  for (int g = 0; g < 8; ++g) {
    const float* group = x + 32 * g;
    float squares = 0, weight[32];
    for (int i = 0; i < 32; ++i) squares += group[i] * group[i];
    // Large weights matter more than small ones; their typical size keeps small ones in sight.
    const float typical = std::sqrt(squares / 32);
    for (int i = 0; i < 32; ++i) weight[i] = typical + std::abs(group[i]);
    fits[g] = FitScaleAndMin<32>(group, weight, largest, first_step, steps);
    largest_scale = std::max(largest_scale, fits[g].scale);
    largest_min = std::max(largest_min, fits[g].min);
  }
  KBlock block;
  block.d = FloatToHalf(largest_scale / 63);
  block.dmin = FloatToHalf(largest_min / 63);
  const float to_scale = largest_scale > 0 ? 63 / largest_scale : 0, to_min = largest_min > 0 ? 63 / largest_min : 0;
  uint8_t scales[8], mins[8];
  for (int g = 0; g < 8; ++g) {
    scales[g] = static_cast<uint8_t>(std::clamp(Nearest(to_scale * fits[g].scale), 0, 63));
    mins[g] = static_cast<uint8_t>(std::clamp(Nearest(to_min * fits[g].min), 0, 63));
    const float scale = HalfToFloat(block.d) * static_cast<float>(scales[g]),
                min = HalfToFloat(block.dmin) * static_cast<float>(mins[g]);
    for (int i = 0; i < 32; ++i)
      block.q[32 * g + i] =
          scale > 0 ? static_cast<uint8_t>(Nearest(std::clamp((x[32 * g + i] + min) / scale, 0.0f, static_cast<float>(largest))))
                    : 0;
  }
  PackScalesAndMins(scales, mins, block.scales);
  return block;
}

// x ~ scale * q with q in -levels..levels - 1, weights x^2.
template <int kGroup>
float FitSignedScale(const float* x, int levels) {
  float extreme = 0;
  for (int i = 0; i < kGroup; ++i)
    if (std::abs(x[i]) > std::abs(extreme)) extreme = x[i];
  if (std::abs(extreme) < 1e-30f) return 0;  // weights would underflow
  float best_gain = -1, best_scale = 0;
  for (int step = -9; step <= 9; ++step) {
    const float inverse = -(static_cast<float>(levels) + 0.1f * static_cast<float>(step)) / extreme;
    float sum_qx = 0, sum_qq = 0;
    for (int i = 0; i < kGroup; ++i) {
      const float q = static_cast<float>(std::clamp(Nearest(inverse * x[i]), -levels, levels - 1)), relative = x[i] / extreme;
      const float wq = relative * relative * q;
      sum_qx += wq * x[i];
      sum_qq += wq * q;
    }
    // Under these digits the best scale leaves the error sum w x^2 - sum_qx^2 / sum_qq.
    if (sum_qq > 0 && sum_qx * sum_qx > best_gain * sum_qq) {
      best_gain = sum_qx * sum_qx / sum_qq;
      best_scale = sum_qx / sum_qq;
    }
  }
  return best_scale;
}

void PackNibbles(const uint8_t q[kSuperBlock], uint8_t qs[128]) {
  for (int i = 0; i < 128; ++i) {
    const int pair = i / 32, l = i % 32;
    qs[i] = static_cast<uint8_t>((q[64 * pair + l] & 15) | (q[64 * pair + 32 + l] & 15) << 4);
  }
}

}  // namespace

void QuantizeBlock(const float* x, BlockQ4_K& block) {
  const KBlock k = QuantizeWithMins(x, 15, -1.0f, 20);
  block.d = k.d;
  block.dmin = k.dmin;
  std::copy(std::begin(k.scales), std::end(k.scales), block.scales);
  PackNibbles(k.q, block.qs);
}

void QuantizeBlock(const float* x, BlockQ5_K& block) {
  const KBlock k = QuantizeWithMins(x, 31, -0.5f, 15);
  block.d = k.d;
  block.dmin = k.dmin;
  std::copy(std::begin(k.scales), std::end(k.scales), block.scales);
  PackNibbles(k.q, block.qs);
  for (int l = 0; l < 32; ++l) {
    int bits = 0;
    for (int g = 0; g < 8; ++g) bits |= (k.q[32 * g + l] >> 4) << g;
    block.qh[l] = static_cast<uint8_t>(bits);
  }
}

void QuantizeBlock(const float* x, BlockQ6_K& block) {
  float scales[16], extreme = 0;
  for (int g = 0; g < 16; ++g) {
    scales[g] = FitSignedScale<16>(x + 16 * g, 32);
    if (std::abs(scales[g]) > std::abs(extreme)) extreme = scales[g];
  }
  const float inverse = extreme != 0 ? -128 / extreme : 0;
  block.d = FloatToHalf(extreme / -128);
  const float d = HalfToFloat(block.d);
  uint8_t q[kSuperBlock];
  for (int g = 0; g < 16; ++g) {
    block.scales[g] = static_cast<int8_t>(std::clamp(Nearest(inverse * scales[g]), -128, 127));
    const float scale = d * static_cast<float>(block.scales[g]);
    for (int i = 0; i < 16; ++i)
      q[16 * g + i] = static_cast<uint8_t>(scale != 0 ? Nearest(std::clamp(x[16 * g + i] / scale, -32.0f, 31.0f)) + 32 : 32);
  }
  for (int half = 0; half < 2; ++half) {
    for (int l = 0; l < 32; ++l) {
      const uint8_t* at = q + 128 * half + l;
      block.ql[64 * half + l] = static_cast<uint8_t>((at[0] & 15) | (at[64] & 15) << 4);
      block.ql[64 * half + 32 + l] = static_cast<uint8_t>((at[32] & 15) | (at[96] & 15) << 4);
      block.qh[32 * half + l] = static_cast<uint8_t>(at[0] >> 4 | (at[32] >> 4) << 2 | (at[64] >> 4) << 4 | (at[96] >> 4) << 6);
    }
  }
}

}  // namespace r1::quant
