// Attention in three steps: all scores of a row, their softmax, the weighted sum of the values. The caller multiplies that sum by
// 1 / (sum of the weights).
#include <cmath>

#include "kernels/reference/kv_cache.h"
#include "kernels/reference/math.h"

namespace r1::reference {
namespace {

float Score(const KvHead& kv, const uint8_t* query, int64_t key) {
  const uint8_t* keys = kv.Keys(key / kKvBlockSize);
  const int64_t offset = key % kKvBlockSize;
  const auto k = [&](int64_t d) { return KeyNumber(kv.type, keys, offset, d); };
  float score = 0.0f;
  if (kv.type == KvType::kF32) {
    for (int64_t d = 0; d < kv.head_dim; ++d) score = std::fma(At<float>(query, d), k(d), score);
  } else if (kv.type == KvType::kBF16) {
    for (int64_t d = 0; d < kv.head_dim; d += 2) {
      score = std::fma(Bf16ToFloat(At<Bf16>(query, d + 1)), k(d + 1), score);
      score = std::fma(Bf16ToFloat(At<Bf16>(query, d)), k(d), score);
    }
  } else {
    for (int64_t d = 0; d < kv.head_dim; d += kKvScaleGroup) {
      int32_t product = 0;
      for (int64_t i = d; i < std::min(kv.head_dim, d + kKvScaleGroup); ++i)
        product += static_cast<int8_t>(query[i]) * static_cast<int32_t>(k(i));
      const float q_scale = At<float>(query + kv.head_dim, d / kKvScaleGroup * 2);
      score = std::fma(static_cast<float>(product), q_scale * KvScale(kv.head_dim, keys, offset, d), score);
    }
  }
  return score;
}

}  // namespace

void AttentionScores(const KvHead& kv, int64_t rows, const int32_t* num_keys, const uint8_t* queries, float scale,
                     int64_t block_begin, int64_t block_end, float* weights, int64_t width) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t j = block_begin * kKvBlockSize; j < std::min<int64_t>(block_end * kKvBlockSize, num_keys[r]); ++j)
      weights[r * width + j] = Score(kv, queries + r * KvQueryBytes(kv.type, kv.head_dim), j) * scale;
}

void AttentionWeights(KvType type, int64_t num_keys, float* weights, float* max, float* sum) {
  *max = LaneMax(num_keys, [&](int64_t j) { return weights[j]; });
  for (int64_t j = 0; j < num_keys; ++j) weights[j] = Exp(weights[j] - *max);
  if (type == KvType::kBF16) {
    auto* bytes = reinterpret_cast<uint8_t*>(weights);
    for (int64_t j = 0; j < num_keys + num_keys % 2; ++j) {
      Bf16 half = 0;
      if (j < num_keys) ToBf16(1, weights + j, &half);
      std::memcpy(bytes + 2 * j, &half, sizeof half);  // behind what is still to be read
    }
    *sum = LaneSum(num_keys, [&](int64_t j) { return Bf16ToFloat(At<Bf16>(bytes, j)); });
  } else {
    *sum = LaneSum(num_keys, [&](int64_t j) { return weights[j]; });
  }
}

void AttentionValues(const KvHead& kv, int64_t rows, const int32_t* num_keys, int64_t key_begin, int64_t key_end, int64_t d_begin,
                     int64_t d_end, const float* weights, int64_t width, float* sums) {
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t end = std::min<int64_t>(key_end, num_keys[r]);
    const float* w = weights + r * width;
    const auto* halves = reinterpret_cast<const uint8_t*>(w);
    for (int64_t d = d_begin; d < d_end; ++d) {
      const auto v = [&](int64_t j) { return ValueNumber(kv.type, kv.head_dim, kv.Values(j / kKvBlockSize), j % kKvBlockSize, d); };
      float sum = sums[r * kv.head_dim + d];
      if (kv.type == KvType::kF32) {
        for (int64_t j = key_begin; j < end; ++j) sum = std::fma(w[j], v(j), sum);
      } else if (kv.type == KvType::kBF16) {
        for (int64_t j = key_begin; j < end; j += 2) {
          sum = std::fma(Bf16ToFloat(At<Bf16>(halves, j + 1)), j + 1 < end ? v(j + 1) : 0.0f, sum);
          sum = std::fma(Bf16ToFloat(At<Bf16>(halves, j)), v(j), sum);
        }
      } else {
        for (int64_t j = key_begin; j < end; ++j)
          sum = std::fma(w[j] * KvScale(kv.head_dim, kv.Values(j / kKvBlockSize), j % kKvBlockSize, d), v(j), sum);
      }
      sums[r * kv.head_dim + d] = sum;
    }
  }
}

}  // namespace r1::reference
