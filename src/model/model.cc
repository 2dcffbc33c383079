#include "model/model.h"

#include "ops/linear.h"

namespace r1 {

void Model::SetGemmType(GemmType type) {
  config_.gemm_type = type;
  for (const auto& parameter : parameters_->all()) parameter->gemm_type = type;
  parameters_->MarkUpdated();  // what is packed is of the other type
}

Tensor Model::Logits(ExecContext& ctx, const Tensor& hidden) const { return ops::Linear(ctx, hidden, *head_); }

ops::LogProbs Model::TokenLogProbs(ExecContext& ctx, const Tensor& hidden, std::span<const int32_t> targets, float inv_temperature,
                                   bool with_entropy) const {
  return ops::TokenLogProbs(ctx, hidden, *head_, targets, inv_temperature, with_entropy);
}

}  // namespace r1
