#include "train/adamw.h"

#include <algorithm>
#include <cmath>

#include "base/bounds.h"
#include "base/error.h"

namespace r1 {
namespace {
constexpr int64_t kNormChunk = 4096;  // elements of one partial sum; part of the definition of the norm's bits
constexpr int64_t kUpdateGrain = 16384;
}  // namespace

void AdamWConfig::Validate() const {
  Require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), got ", beta1);
  Require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), got ", beta2);
  RequireRange("epsilon", epsilon, 1e-30, 1);  // denormals are zeros
  RequireRange("weight_decay", weight_decay, 0, 1000);
  RequireRange("max_grad_norm", max_grad_norm, 0, 1e9);
}

AdamW::AdamW(AdamWConfig config, Parameters& parameters) : config_(config), parameters_(parameters) {
  for (const auto& p : parameters.all()) {
    m_.push_back(Tensor::Zeros(parameters.allocator(), p->value.shape()));
    v_.push_back(Tensor::Zeros(parameters.allocator(), p->value.shape()));
  }
}

float GradNorm(ExecContext& ctx, const Parameters& parameters) {
  double sum = 0;
  std::vector<float> partial;
  for (const auto& p : parameters.all()) {
    const int64_t n = p->grad.numel(), chunks = (n + kNormChunk - 1) / kNormChunk;
    partial.resize(static_cast<size_t>(chunks));
    ctx.pool.For(chunks, 4, [&, g = p->grad.f32()](int64_t begin, int64_t end) {
      for (int64_t c = begin; c < end; ++c)
        partial[static_cast<size_t>(c)] = ctx.kernels.sum_squares(std::min(kNormChunk, n - c * kNormChunk), g + c * kNormChunk);
    });
    for (float x : partial) sum += x;
  }
  return static_cast<float>(std::sqrt(sum));
}

float AdamW::Step(ExecContext& ctx, float learning_rate) {
  parameters_.FoldEmbeddingGrads();
  const float norm = GradNorm(ctx, parameters_);
  if (!std::isfinite(norm)) return norm;
  ++step_;
  AdamWStep update{learning_rate,
                   config_.beta1,
                   config_.beta2,
                   config_.epsilon,
                   0,
                   static_cast<float>(1 - std::pow(static_cast<double>(config_.beta1), static_cast<double>(step_))),
                   static_cast<float>(1 - std::pow(static_cast<double>(config_.beta2), static_cast<double>(step_))),
                   config_.max_grad_norm > 0 && norm > config_.max_grad_norm ? config_.max_grad_norm / norm : 1.0f};
  const auto& all = parameters_.all();
  for (size_t i = 0; i < all.size(); ++i) {
    update.weight_decay = all[i]->decay ? config_.weight_decay : 0;
    ctx.pool.For(
        all[i]->value.numel(), kUpdateGrain,
        [&, g = all[i]->grad.f32(), w = all[i]->value.f32(), m = m_[i].f32(), v = v_[i].f32()](int64_t begin, int64_t end) {
          ctx.kernels.adamw(end - begin, update, g + begin, w + begin, m + begin, v + begin);
        });
  }
  parameters_.MarkUpdated();
  return norm;
}

}  // namespace r1
