#include "model/mlp.h"

#include "ops/gated_mlp.h"

namespace r1 {

Mlp::Mlp(Parameters& parameters, const std::string& prefix, const ModelConfig& config) {
  const int64_t f = config.intermediate_size;
  gate_up_ = &parameters.Add(prefix + "gate_up_proj.weight", {2 * f, config.hidden_size}, /*decay=*/true,
                             {{prefix + "gate_proj.weight", 0, f}, {prefix + "up_proj.weight", f, 2 * f}});
  down_ = &parameters.Add(prefix + "down_proj.weight", {config.hidden_size, f}, /*decay=*/true);
}

Tensor Mlp::Forward(ExecContext& ctx, const Tensor& x) const { return ops::GatedMlp(ctx, x, *gate_up_, *down_); }

}  // namespace r1
