// AdamW with decoupled weight decay and clipping by the global gradient norm.
// Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "model/parameters.h"
#include "ops/exec_context.h"

namespace r1 {

struct AdamWConfig {
  float beta1 = 0.9f;
  float beta2 = 0.95f;
  float epsilon = 1e-8f;
  float weight_decay = 0.1f;
  float max_grad_norm = 1.0f;

  static constexpr auto Fields() {
    using C = AdamWConfig;
    return std::tuple{Field{"beta1", &C::beta1, "decay of the first moment"},
                      Field{"beta2", &C::beta2, "decay of the second moment"},
                      Field{"epsilon", &C::epsilon, "added to the root of the second moment"},
                      Field{"weight_decay", &C::weight_decay, "decoupled weight decay, on matrices only"},
                      Field{"max_grad_norm", &C::max_grad_norm, "gradients are scaled down to this global norm; 0 = never"}};
  }
  void Validate() const;  // throws kInvalidArgument naming the key
};

class AdamW {
 public:
  AdamW(AdamWConfig config, Parameters& parameters);

  // Folds tied gradients, clips, updates every parameter and tells readers. Returns the gradient norm before clipping.
  // A norm that is not finite leaves weights and moments alone; the caller decides what to make of it.
  float Step(ExecContext& ctx, float learning_rate);

  int64_t step() const { return step_; }
  void set_step(int64_t step) { step_ = step; }
  // Moments in the order of Parameters::all, for checkpoints.
  std::vector<Tensor>& first_moments() { return m_; }
  std::vector<Tensor>& second_moments() { return v_; }

 private:
  AdamWConfig config_;
  Parameters& parameters_;
  std::vector<Tensor> m_, v_;
  int64_t step_ = 0;  // updates done
};

// Square root of the sum of squares of all gradients: chunks of a fixed length, added in a fixed order.
float GradNorm(ExecContext& ctx, const Parameters& parameters);

}  // namespace r1
