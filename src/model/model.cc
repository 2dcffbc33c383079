#include "model/model.h"

#include "ops/linear.h"

namespace r1 {

Tensor Model::Logits(ExecContext& ctx, const Tensor& hidden) const { return ops::Linear(ctx, hidden, *head_); }

ops::LogProbs Model::TokenLogProbs(ExecContext& ctx, const Tensor& hidden, std::span<const int32_t> targets, float inv_temperature,
                                   bool with_entropy) const {
  return ops::TokenLogProbs(ctx, hidden, *head_, targets, inv_temperature, with_entropy);
}

}  // namespace r1
