#include "kernels/reference/math.h"
#include "kernels/reference/reference.h"

namespace r1::reference {

int64_t AttentionBackwardScratch(int64_t, int64_t, int64_t, int64_t) { return 0; }

// With p_ij = exp(s_ij - lse_i) and delta_i = do_i . o_i (= sum_j p_ij dp_ij), where dp_ij = do_i . v_j:
//   ds_ij = p_ij (dp_ij - delta_i) scale;  dq_i = sum_j ds_ij k_j;  dk_j = sum_i ds_ij q_i;  dv_j = sum_i p_ij do_i
// Every sum but delta is a chain (delta is a row reduction of sixteen lanes).
void AttentionBackward(int64_t num_queries, int64_t group, int64_t head_dim, const float* q, int64_t q_stride, const float* o,
                       const float* d_o, int64_t o_stride, const float* lse, int64_t lse_stride, const float* k, const float* v,
                       int64_t kv_stride, const int32_t* key_rows, int64_t first_position, float scale, float*, float* dq,
                       int64_t dq_stride, float* dk, float* dv, int64_t dkv_stride) {
  for (int64_t i = 0; i < num_queries; ++i)
    for (int64_t g = 0; g < group; ++g) {
      const float* query = q + i * q_stride + g * head_dim;
      const float* out = o + i * o_stride + g * head_dim;
      const float* d_out = d_o + i * o_stride + g * head_dim;
      float* d_query = dq + i * dq_stride + g * head_dim;
      const float delta = LaneDot(
          head_dim, [&](int64_t d) { return d_out[d]; }, [&](int64_t d) { return out[d]; });
      for (int64_t d = 0; d < head_dim; ++d) d_query[d] = 0.0f;
      for (int64_t j = 0; j <= first_position + i; ++j) {
        const float* key = k + key_rows[j] * kv_stride;
        const float* value = v + key_rows[j] * kv_stride;
        float* d_key = dk + key_rows[j] * dkv_stride;
        float* d_value = dv + key_rows[j] * dkv_stride;
        float score = 0.0f, d_weight = 0.0f;
        for (int64_t d = 0; d < head_dim; ++d) {
          score = std::fma(query[d], key[d], score);
          d_weight = std::fma(d_out[d], value[d], d_weight);
        }
        const float weight = Exp(score * scale - lse[i * lse_stride + g]);
        const float d_score = weight * (d_weight - delta) * scale;
        for (int64_t d = 0; d < head_dim; ++d) {
          d_query[d] = std::fma(d_score, key[d], d_query[d]);
          d_key[d] = std::fma(d_score, query[d], d_key[d]);
          d_value[d] = std::fma(weight, d_out[d], d_value[d]);
        }
      }
    }
}

}  // namespace r1::reference
