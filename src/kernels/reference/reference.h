// The readable version of every entry of KernelTable, in families of a file each. Signatures and meaning: kernels/kernels.h.
#pragma once

#include <cstdint>

#include "kernels/kernels.h"

namespace r1::reference {

inline constexpr int kPanelCols = 16;

void PackBF32(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, float* panel);
void PackBBf16(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel);
void PackRowsF32(const PackRows& rows);
void PackABf16(int64_t k, const float* row, uint16_t* packed);
void PackRowsBf16(const PackRows& rows);
void GemmF32(const GemmBlock& block);
void GemmBf16(const GemmBlock& block);
int64_t PeakF32(int64_t rounds, float* sink);
int64_t PeakBf16(int64_t rounds, float* sink);

void QuantizeRow(int64_t groups, int64_t span, const float* x, ActivationGroup* out);
void QuantPanel(QuantFormat format, const QuantVisit& visit);
int64_t PeakInt8(int64_t rounds, float* sink);

void ToBf16(int64_t n, const float* x, uint16_t* y);
void FromBf16(int64_t n, const uint16_t* x, float* y);
void Add(int64_t n, const float* a, const float* b, float* y);
void AddBias(int64_t rows, int64_t d, const float* bias, float* y);
void ExpScaled(int64_t n, const float* x, float scale, float shift, float* y);

void RmsNorm(int64_t rows, int64_t d, const float* x, const float* weight, float eps, float* y, float* rstd);
void RmsNormBackward(int64_t rows, int64_t d, const float* x, const float* weight, const float* rstd, const float* dy, float* dx,
                     bool accumulate);
void RmsNormBackwardWeight(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, const float* rstd, const float* dy,
                           float* dweight);

void Rope(int64_t rows, int64_t heads, int64_t head_dim, float* x, int64_t stride, const float* cos, const float* sin,
          const int32_t* positions, bool inverse);

void SwiGlu(int64_t rows, int64_t f, const float* gate_up, float* y);
void SwiGluBackward(int64_t rows, int64_t f, const float* gate_up, const float* dy, float* dgate_up, float* y);

void EmbeddingBackward(int64_t rows, int64_t d, int64_t begin, int64_t end, const int32_t* ids, const float* dy, float* dtable);
void ColumnSum(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, float* sum);
float SumSquares(int64_t n, const float* x);

void LogProb(int64_t rows, int64_t vocab, const float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
             float* logprob, float* lse, float* entropy);
void LogProbBackward(int64_t rows, int64_t vocab, float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
                     const float* lse, const float* dlogprob);

void StoreKv(KvType type, int64_t rows, int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride,
             const int32_t* slots, uint8_t* k_cache, uint8_t* v_cache);
void AttentionQuery(KvType type, int64_t head_dim, const float* q, uint8_t* out);
void AttentionScores(const KvHead& kv, int64_t rows, const int32_t* num_keys, const uint8_t* queries, float scale,
                     int64_t block_begin, int64_t block_end, float* weights, int64_t width);
void AttentionWeights(KvType type, int64_t num_keys, float* weights, float* max, float* sum);
void AttentionValues(const KvHead& kv, int64_t rows, const int32_t* num_keys, int64_t key_begin, int64_t key_end, int64_t d_begin,
                     int64_t d_end, const float* weights, int64_t width, float* sums);
int64_t AttentionRowsScratch(int64_t head_dim, int64_t context);
void AttentionRows(const QkvRows& in, float* scratch, float* o, int64_t o_stride, float* lse, int64_t lse_stride);
void AttentionRowsBackward(const QkvRows& in, float* scratch, const RowsGradient& gradient);

void AdamW(int64_t n, const AdamWStep& step, const float* grad, float* value, float* m, float* v);

}  // namespace r1::reference
