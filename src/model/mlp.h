// The gated MLP of one decoder layer: down(silu(gate(x)) * up(x)).
#pragma once

#include "model/model_config.h"
#include "model/parameters.h"
#include "ops/exec_context.h"

namespace r1 {

class Mlp {
 public:
  // Adds its parameters under `prefix` ("model.layers.0.mlp."); gate and up are one fused product.
  Mlp(Parameters& parameters, const std::string& prefix, const ModelConfig& config);
  Tensor Forward(ExecContext& ctx, const Tensor& x) const;  // [N, D] -> [N, D]

 private:
  Parameter* gate_up_;
  Parameter* down_;
};

}  // namespace r1
