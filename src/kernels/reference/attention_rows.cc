// Attention in f32 over keys and values in rows, and its gradient. Forward it does what reference/attention.cc does with blocks.
#include <algorithm>

#include "kernels/log.h"
#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {
namespace {

float Score(int64_t head_dim, const float* query, const float* key) {
  float score = 0.0f;
  for (int64_t d = 0; d < head_dim; ++d) score = std::fma(query[d], key[d], score);
  return score;
}

}  // namespace

int64_t AttentionRowsScratch(int64_t, int64_t context) { return context; }

void AttentionRows(const QkvRows& in, float* weights, float* o, int64_t o_stride, float* lse, int64_t lse_stride) {
  for (int64_t i = 0; i < in.num_queries; ++i)
    for (int64_t g = 0; g < in.group; ++g) {
      const int64_t num_keys = in.first_position + i + 1;
      for (int64_t j = 0; j < num_keys; ++j)
        weights[j] = in.scale * Score(in.head_dim, in.q + i * in.stride + g * in.head_dim, in.k + in.key_rows[j] * in.stride);
      float max, sum;
      AttentionWeights(KvType::kF32, num_keys, weights, &max, &sum);
      for (int64_t d = 0; d < in.head_dim; ++d) {
        float value = 0.0f;
        for (int64_t j = 0; j < num_keys; ++j) value = std::fma(weights[j], in.v[in.key_rows[j] * in.stride + d], value);
        o[i * o_stride + g * in.head_dim + d] = value * (1.0f / sum);
      }
      lse[i * lse_stride + g] = max + Log(sum);
    }
}

// With p_ij = exp(s_ij - lse_i) and delta_i = do_i . o_i (= sum_j p_ij dp_ij), where dp_ij = do_i . v_j:
//   ds_ij = p_ij (dp_ij - delta_i) scale;  dq_i = sum_j ds_ij k_j;  dk_j = sum_i ds_ij q_i;  dv_j = sum_i p_ij do_i
// Every sum but delta is a chain (delta is a row reduction of sixteen lanes).
void AttentionRowsBackward(const QkvRows& in, float*, const RowsGradient& g) {
  const int64_t head_dim = in.head_dim;
  for (int64_t i = 0; i < in.num_queries; ++i)
    for (int64_t head = 0; head < in.group; ++head) {
      const float* query = in.q + i * in.stride + head * head_dim;
      const float* out = g.o + i * g.o_stride + head * head_dim;
      const float* d_out = g.d_o + i * g.o_stride + head * head_dim;
      float* d_query = g.dq == nullptr ? nullptr : g.dq + i * in.stride + head * head_dim;
      const float delta = LaneDot(
          head_dim, [&](int64_t d) { return d_out[d]; }, [&](int64_t d) { return out[d]; });
      for (int64_t d = 0; d_query != nullptr && d < head_dim; ++d) d_query[d] = 0.0f;
      for (int64_t j = g.begin; j < std::min(g.end, in.first_position + i + 1); ++j) {
        const int64_t row = in.key_rows[j] * in.stride;
        const float *key = in.k + row, *value = in.v + row;
        const float weight = Exp(Score(head_dim, query, key) * in.scale - g.lse[i * g.lse_stride + head]);
        const float d_score = weight * (Score(head_dim, d_out, value) - delta) * in.scale;
        for (int64_t d = 0; d_query != nullptr && d < head_dim; ++d) d_query[d] = std::fma(d_score, key[d], d_query[d]);
        if (g.dk == nullptr) continue;
        float *d_key = g.dk + row, *d_value = g.dv + row;
        if (j == in.first_position + i && head == 0)  // the first that sees this key
          for (int64_t d = 0; d < head_dim; ++d) d_key[d] = d_value[d] = 0.0f;
        for (int64_t d = 0; d < head_dim; ++d) {
          d_key[d] = std::fma(d_score, query[d], d_key[d]);
          d_value[d] = std::fma(weight, d_out[d], d_value[d]);
        }
      }
    }
}

}  // namespace r1::reference
