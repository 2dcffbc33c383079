#include "ops/parameter.h"

#include "base/error.h"

namespace r1 {

const PackedMatrix& Parameter::PackedForward(const KernelTable& kernels, ThreadPool& pool) const {
  if (packed_version_ != version || packed_.empty()) {
    packed_.Pack(kernels, pool, gemm_type, value.dim(1), value.dim(0), value.f32(), 1, value.dim(1));
    packed_version_ = version;
  }
  return packed_;
}

void Parameter::Multiply(ExecContext& ctx, int64_t m, const float* x, float* y) const {
  if (stored) return stored->Multiply(ctx, m, x, y);
  Gemm(ctx.kernels, ctx.pool, m, x, shape[1], 1, PackedForward(ctx.kernels, ctx.pool), y, shape[0]);
}

void Parameter::RequireTrainable() const {
  Require(!stored, name, " was loaded for inference, in its file's ", stored ? stored->DTypeNames() : "",
          "; it has no gradient: load the model for training");
}

}  // namespace r1
