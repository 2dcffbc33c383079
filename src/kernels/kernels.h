// The whole arithmetic of r1.cpp: one struct of function pointers. kernels/reference has the readable version of each entry and is
// the oracle; kernels/cpu has the fast one, compiled once per instruction set. All of them give the same bits (docs/numerics.md):
//   - a sum over a long axis that a matrix product would do is ONE chain of fused multiply-adds, ascending, starting at 0 (or at
//   the
//     destination's old value where an entry says "continues");
//   - a reduction along a row (norms, softmax) uses 16 lanes, element i going to lane i % 16, and then the tree
//     (l0+l8)+(l4+l12) ...: step 8, 4, 2, 1 (kernels/reference/lanes.h is the definition);
//   - exp is one polynomial; nothing calls libm.
// Every entry runs on the calling thread, on the rows or columns given; callers split work over outputs, never over a sum.
// All arrays are f32 unless said. Kernels never throw. Strides are in elements.
#pragma once

#include <cstdint>

#include "kernels/kv_format.h"
#include "kernels/quant_layout.h"

namespace r1 {

struct AdamWStep {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  float bias_correction1, bias_correction2;  // 1 - beta^t
  float grad_scale;                          // gradient clipping's factor
};

// A product of bf16 goes through k in blocks of so many (docs/numerics.md, item 1); the last one is filled up with zeros.
constexpr int64_t kBf16Block = 32;

// Rows [rows, cols] of f32, `stride` apart, in the form in which a block reads an operand whose rows are steps of k: as they are,
// or rounded to bf16 and joined two and two to rows of pairs, sixteen for every kBf16Block (the last of them with zeros).
struct PackRows {
  int64_t rows = 0, cols = 0;
  const float* source = nullptr;
  int64_t stride = 0;
  // Columns [panel_cols * p, ...) begin at packed + p * packed_panel; their rows are packed_stride apart (both in floats or pairs).
  // Columns are filled up with zeros to a multiple of sixteen.
  void* packed = nullptr;
  int64_t packed_stride = 0, packed_panel = 0;
};

// C[0..m, 0..cols) = old + sum over k of A[m, k] B[k, :]. k, A, B and their strides count floats, or pairs of bf16, of which there
// are whole blocks; where widens_bf16_a, a pair of A is two floats.
struct GemmBlock {
  // Rows of memory that the caller reads after this block.
  struct Ahead {
    const void* data = nullptr;
    int64_t rows = 0, row_bytes = 0, stride_bytes = 0;
  };
  int64_t m, cols, k;
  const void* a;
  int64_t a_rs, a_cs;  // one of them is 1
  // Row k of panel p, columns p * panel_cols and on, is at b + p * b_panel + k * b_rs. b_rs is panel_cols in packed panels, and the
  // row length where B is used in place, which takes cols to be a multiple of 16.
  const void* b;
  int64_t b_rs, b_panel;
  float* c;
  int64_t ldc;
  const float* old = nullptr;  // what the chains continue, often C itself; null: they start at zero
  int64_t ld_old = 0;
  Ahead ahead = {};  // asked for while the block computes, a line or so a step
  // Where the table widens_bf16_a, and only with m > kTilesToWiden * tile_rows: room for a panel of B as floats, 2 * k *
  // panel_cols. Null: every tile widens for itself, no slower with fewer rows.
  static constexpr int64_t kTilesToWiden = 4;
  // Pairs that a block of bf16 whose A lies in columns has at most.
  static constexpr int64_t kMostPairsInColumns = 128;
  float* widened = nullptr;
  // f32: operands of the caller's next block, packed before the call returns; only with a_cs != 1. A vector in a step hides behind
  // the arithmetic, and so does the time that it takes to come from memory.
  PackRows next[2] = {};
};

// C[0..m, 0..cols) = (accumulate ? C : 0) + sum over blocks of one packed panel of quantized weights; cols <= 32.
struct QuantVisit {
  int64_t m, cols, blocks;
  const uint8_t* panel;      // its first block
  const ActivationGroup* a;  // the groups of row i begin at a + i * a_stride
  int64_t a_stride;
  float* c;
  int64_t ldc;
  bool accumulate;
  uint8_t* scratch;     // with more than quant_rows rows of a format that LeavesBytes: ExpandedBytes(format) for each 32 k
  const uint8_t* next;  // next_bytes bytes that are asked for meanwhile
  int64_t next_bytes;
};

// One sequence, one key/value head and the `group` query heads that share it.
struct QkvRows {
  int64_t num_queries, group, head_dim;
  const float *q, *k, *v;   // rows `stride` apart: query i is row i of q, its heads one after the other; key j is row
  int64_t stride;           // key_rows[j] of k and v
  const int32_t* key_rows;  // [first_position + num_queries]
  int64_t first_position;   // query i sees the keys 0 .. first_position + i
  float scale;
};

// The gradient of attention over such rows: what it takes besides them, what it gives, and which of it. Rows of dq, dk and dv lie
// as those of q, k and v do.
struct RowsGradient {
  const float *o, *d_o;  // the heads of query i begin at i * o_stride
  int64_t o_stride;
  const float* lse;  // that of head h of query i is at i * lse_stride + h
  int64_t lse_stride;
  float* dq;           // null where only dk and dv are wanted
  float *dk, *dv;      // null where only dq is
  int64_t begin, end;  // dk and dv of these keys alone; begin is 0 and end beyond every key where dq is wanted
};

// Into which blocks a product whose A lies in rows is cut, so that what a block reads again stays near.
struct GemmCut {
  int64_t rows, depth;  // of A; a depth of whole blocks of bf16
};

struct KernelTable {
  const char* isa;  // its name: cpu/dispatch.cc lists all

  // ---- matrix product; use kernels/gemm.h, which packs, blocks and threads ----
  // bf16 operands come as pairs of k in one uint32, sixteen for each kBf16Block. Which two of a block's k a pair joins, and in
  // which order pairs follow each other, is the table's own affair: the three pack_..._bf16 make what gemm_bf16 reads.
  int panel_cols;  // columns of one packed panel of B
  int tile_rows;   // most rows of C that one register tile covers
  void (*pack_b_f32)(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, float* panel);
  void (*pack_b_bf16)(int64_t k, int64_t cols, const float* b, int64_t b_rs, int64_t b_cs, uint16_t* panel);  // rounds
  void (*pack_a_bf16)(int64_t k, const float* row, uint16_t* packed);  // rounds; one row, filled up to whole blocks
  void (*pack_rows_f32)(const PackRows& rows);
  void (*pack_rows_bf16)(const PackRows& rows);
  void (*gemm_f32)(const GemmBlock& block);
  void (*gemm_bf16)(const GemmBlock& block);
  // gemm_bf16 takes A's pairs as two floats, the even one first: instruction sets without a product of pairs multiply floats, and
  // to widen A in the tile would take half as long again as the multiply-adds.
  bool widens_bf16_a;
  GemmCut bf16_cut;  // of gemm_bf16
  // What lies beyond the second-level cache is far: wide operands whose rows are far apart are packed for each step, beside the
  // tiles of the step before, however large C is.
  bool far_third_level;
  // As many fused multiply-adds as this instruction set can issue, without memory: the ceiling of the two above. Returns how many
  // floating-point operations that were (2 per multiply-add); `sink` gets one float.
  int64_t (*peak_f32)(int64_t rounds, float* sink);
  int64_t (*peak_bf16)(int64_t rounds, float* sink);

  // ---- products with quantized weights; use kernels/quant_gemm.h. reference/quant.cc is the definition ----
  int quant_rows;  // rows of activations that one register tile covers
  // out[g] = x[32 g .. 32 g + 31], rounded to eight bits; `span` of them share a scale: 32, 128 or 256.
  void (*quantize_row)(int64_t groups, int64_t span, const float* x, ActivationGroup* out);
  void (*quant_panel)(QuantFormat format, const QuantVisit& visit);
  int64_t (*peak_int8)(int64_t rounds, float* sink);  // as peak_f32: the ceiling of quant_panel

  // ---- elementwise ----
  void (*to_bf16)(int64_t n, const float* x, uint16_t* y);                 // to nearest even; denormals become zeros, NaN stays NaN
  void (*from_bf16)(int64_t n, const uint16_t* x, float* y);               // exact
  void (*add)(int64_t n, const float* a, const float* b, float* y);        // y may be a or b
  void (*add_bias)(int64_t rows, int64_t d, const float* bias, float* y);  // y[r, :] += bias
  void (*exp_scaled)(int64_t n, const float* x, float scale, float shift, float* y);  // y = exp(x * scale - shift)

  // y[r, :] = x[r, :] * rstd[r] * weight; rstd[r] = 1 / sqrt(mean(x^2) + eps), kept for the backward pass (may be null).
  void (*rms_norm)(int64_t rows, int64_t d, const float* x, const float* weight, float eps, float* y, float* rstd);
  // dx (= or +=, per accumulate) and, for columns [begin, end), dweight continues its chain over rows.
  void (*rms_norm_backward)(int64_t rows, int64_t d, const float* x, const float* weight, const float* rstd, const float* dy,
                            float* dx, bool accumulate);
  void (*rms_norm_backward_weight)(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, const float* rstd,
                                   const float* dy, float* dweight);

  // Rotates each pair (i, i + head_dim / 2) of `heads` consecutive heads of every row, in place ("rotate half", as in Hugging
  // Face). cos, sin: [max_position, head_dim / 2]. inverse = true rotates back: the gradient.
  void (*rope)(int64_t rows, int64_t heads, int64_t head_dim, float* x, int64_t stride, const float* cos, const float* sin,
               const int32_t* positions, bool inverse);

  // gate_up: [rows, 2 f], gate first. y = silu(gate) * up: [rows, f].
  void (*swiglu)(int64_t rows, int64_t f, const float* gate_up, float* y);
  // Gives y once more unless it is null. dgate_up may be gate_up, and y may be dy.
  void (*swiglu_backward)(int64_t rows, int64_t f, const float* gate_up, const float* dy, float* dgate_up, float* y);

  // Columns [begin, end) of: dtable[ids[r], :] += dy[r, :], rows ascending. dtable, dy: row length d.
  void (*embedding_backward)(int64_t rows, int64_t d, int64_t begin, int64_t end, const int32_t* ids, const float* dy,
                             float* dtable);
  // Columns [begin, end) of: sum[:] continues its chain over the rows of x.
  void (*column_sum)(int64_t rows, int64_t d, int64_t begin, int64_t end, const float* x, float* sum);

  // ---- log-probabilities ----
  // Of l = logits[r, :] * inv_temperature: lse[r] = max + log(sum exp(l - max)), logprob[r] = l[target] - lse, and, if asked,
  // entropy.
  void (*log_prob)(int64_t rows, int64_t vocab, const float* logits, int64_t stride, const int32_t* targets, float inv_temperature,
                   float* logprob, float* lse, float* entropy);
  // In place: logits[r, v] = dlogprob[r] * inv_temperature * ((v == target) - exp(l - lse)).
  void (*log_prob_backward)(int64_t rows, int64_t vocab, float* logits, int64_t stride, const int32_t* targets,
                            float inv_temperature, const float* lse, const float* dlogprob);

  // ---- attention over blocks; use ops/attention.h, which tiles and threads ----
  // Cache of one layer: k, v [num_blocks, kv_heads, KvBlockBytes(type, head_dim)], as kv_format.h says. Row r of k and v goes to
  // slot[r] = block * 16 + offset; a negative slot is skipped.
  void (*store_kv)(KvType type, int64_t rows, int64_t kv_heads, int64_t head_dim, const float* k, const float* v, int64_t stride,
                   const int32_t* slots, uint8_t* k_cache, uint8_t* v_cache);
  // One query [head_dim] in the form that scores take: KvQueryBytes(type, head_dim) at `out`.
  void (*attention_query)(KvType type, int64_t head_dim, const float* q, uint8_t* out);
  // A row is one query of one head. weights[r * width + j] = scale * (q[r] . k[j]) for the keys j of blocks [block_begin,
  // block_end).
  //   f32, bf16: one chain over head_dim, bf16 in pairs, fma(even, even, fma(odd, odd, sum)).
  //   q8: for each group of 32 dimensions the exact integer product, and one chain over the groups:
  //       fma(float(product), q_scale * k_scale, sum).
  // Row r needs its first num_keys[r] keys only; of those beyond, any may be left out.
  void (*attention_scores)(const KvHead& kv, int64_t rows, const int32_t* num_keys, const uint8_t* queries, float scale,
                           int64_t block_begin, int64_t block_end, float* weights, int64_t width);
  // Scores of one row to exp(score - max), in place; 16 lanes for max and sum. bf16: the weights are rounded, then summed, and lie
  // in the row as bf16, filled up with a zero to an even number.
  void (*attention_weights)(KvType type, int64_t num_keys, float* weights, float* max, float* sum);
  // sums[r, d] (row length head_dim) continues its chain over the keys j = key_begin .. min(key_end, num_keys[r]) - 1 for the
  // dimensions [d_begin, d_end): f32 fma(w[j], v[j, d], sum); bf16 pairs of keys in the order odd, even; q8
  // fma(w[j] * v_scale[j, d / 32], v[j, d], sum). key_begin is even, key_end too or beyond every row's keys; d_begin is a multiple
  // of 32.
  void (*attention_values)(const KvHead& kv, int64_t rows, const int32_t* num_keys, int64_t key_begin, int64_t key_end,
                           int64_t d_begin, int64_t d_end, const float* weights, int64_t width, float* sums);
  // ---- attention over rows: the same numbers in f32, from keys and values that were never in a cache, and their gradient ----
  // Floats that a call of either takes, with so many keys or fewer.
  int64_t (*attention_rows_scratch)(int64_t head_dim, int64_t context);
  // The heads of query i go to o + i * o_stride, one after the other, and their max + log(sum) to lse + i * lse_stride.
  void (*attention_rows)(const QkvRows& in, float* scratch, float* o, int64_t o_stride, float* lse, int64_t lse_stride);
  // dq is assigned, and so are dk and dv of the sequence's own keys, from first_position on; those of earlier keys continue their
  // chains. A chain has queries ascending, and heads of the group ascending within a query. Whether queries or keys are all in one
  // call or some in each changes no bit.
  void (*attention_rows_backward)(const QkvRows& in, float* scratch, const RowsGradient& gradient);

  // ---- optimizer ----
  // Decoupled weight decay (Loshchilov & Hutter 2019). Elementwise.
  void (*adamw)(int64_t n, const AdamWStep& step, const float* grad, float* value, float* m, float* v);
  float (*sum_squares)(int64_t n, const float* x);  // 16 lanes and the tree; callers fix the chunk length
};

// The readable loops.
const KernelTable& ReferenceKernels();
// The named table, or null if this build or CPU lacks it.
const KernelTable* KernelsByName(const char* isa);
// The best table of this CPU, or what CPU_ISA in the environment names (an unknown or unsupported name is an Error).
const KernelTable& DefaultKernels();

}  // namespace r1
