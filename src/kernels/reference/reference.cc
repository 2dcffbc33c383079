#include "kernels/reference/reference.h"

namespace r1 {

const KernelTable& ReferenceKernels() {
  using namespace reference;
  static const KernelTable table = {
      .isa = "reference",
      .panel_cols = kPanelCols,
      .tile_rows = 4,
      .pack_b_f32 = PackBF32,
      .pack_b_bf16 = PackBBf16,
      .pack_a_bf16 = PackABf16,
      .pack_rows_f32 = PackRowsF32,
      .pack_rows_bf16 = PackRowsBf16,
      .gemm_f32 = GemmF32,
      .gemm_bf16 = GemmBf16,
      .bf16_cut = {128, 512},
      .peak_f32 = PeakF32,
      .peak_bf16 = PeakBf16,
      .quant_rows = 1,
      .quantize_row = QuantizeRow,
      .quant_panel = QuantPanel,
      .peak_int8 = PeakInt8,
      .to_bf16 = ToBf16,
      .from_bf16 = FromBf16,
      .add = Add,
      .add_bias = AddBias,
      .exp_scaled = ExpScaled,
      .rms_norm = RmsNorm,
      .rms_norm_backward = RmsNormBackward,
      .rms_norm_backward_weight = RmsNormBackwardWeight,
      .rope = Rope,
      .swiglu = SwiGlu,
      .swiglu_backward = SwiGluBackward,
      .embedding_backward = EmbeddingBackward,
      .column_sum = ColumnSum,
      .log_prob = LogProb,
      .log_prob_backward = LogProbBackward,
      .store_kv = StoreKv,
      .attention_query = AttentionQuery,
      .attention_scores = AttentionScores,
      .attention_weights = AttentionWeights,
      .attention_values = AttentionValues,
      .attention_rows_scratch = AttentionRowsScratch,
      .attention_rows = AttentionRows,
      .attention_rows_backward = AttentionRowsBackward,
      .adamw = AdamW,
      .sum_squares = SumSquares,
  };
  return table;
}

}  // namespace r1
