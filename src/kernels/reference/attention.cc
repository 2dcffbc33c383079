#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

void StoreKv(int64_t rows, int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride, const int32_t* slots,
             float* k_cache, float* v_cache) {
  for (int64_t r = 0; r < rows; ++r) {
    if (slots[r] < 0) continue;
    const int64_t block = slots[r] / kKvBlockSize, offset = slots[r] % kKvBlockSize;
    for (int64_t h = 0; h < kv_heads; ++h) {
      float* k_block = k_cache + (block * kv_heads + h) * head_dim * kKvBlockSize;
      float* v_block = v_cache + (block * kv_heads + h) * head_dim * kKvBlockSize;
      for (int64_t d = 0; d < head_dim; ++d) {
        k_block[d * kKvBlockSize + offset] = k[r * stride + h * head_dim + d];
        v_block[offset * head_dim + d] = v[r * stride + h * head_dim + d];
      }
    }
  }
}

int64_t AttentionScratch(int64_t, int64_t, int64_t, int64_t context) { return context; }

// Two passes over the keys of a row: all scores, their maximum and sixteen-lane sum, then the weighted sum of the values as one
// chain. The output is divided (multiplied by 1 / sum) at the very end.
void Attention(int64_t num_queries, int64_t group, int64_t head_dim, const float* q, int64_t q_stride, const float* k_cache,
               const float* v_cache, int64_t block_stride, const int32_t* block_table, int64_t first_position, float scale,
               float* scratch, float* o, int64_t o_stride, float* lse, int64_t lse_stride) {
  for (int64_t i = 0; i < num_queries; ++i)
    for (int64_t g = 0; g < group; ++g) {
      const int64_t num_keys = first_position + i + 1;
      const float* query = q + i * q_stride + g * head_dim;
      for (int64_t j = 0; j < num_keys; ++j) {
        const float* key = k_cache + block_table[j / kKvBlockSize] * block_stride + j % kKvBlockSize;
        float score = 0.0f;
        for (int64_t d = 0; d < head_dim; ++d) score = std::fma(query[d], key[d * kKvBlockSize], score);
        scratch[j] = score * scale;
      }
      const float max = LaneMax(num_keys, [&](int64_t j) { return scratch[j]; });
      for (int64_t j = 0; j < num_keys; ++j) scratch[j] = Exp(scratch[j] - max);
      const float sum = LaneSum(num_keys, [&](int64_t j) { return scratch[j]; });
      const float inverse = 1.0f / sum;
      for (int64_t d = 0; d < head_dim; ++d) {
        float out = 0.0f;
        for (int64_t j = 0; j < num_keys; ++j) {
          const float* value = v_cache + block_table[j / kKvBlockSize] * block_stride + j % kKvBlockSize * head_dim;
          out = std::fma(scratch[j], value[d], out);
        }
        o[i * o_stride + g * head_dim + d] = out * inverse;
      }
      if (lse != nullptr) lse[i * lse_stride + g] = max + Log(sum);
    }
}

}  // namespace r1::reference
