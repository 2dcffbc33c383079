#include "ops/parameter.h"

namespace r1 {

const PackedMatrix& Parameter::PackedForward(const KernelTable& kernels, ThreadPool& pool) const {
  if (packed_version_ != version || packed_.empty()) {
    packed_.Pack(kernels, pool, gemm_type, value.dim(1), value.dim(0), value.f32(), 1, value.dim(1));
    packed_version_ = version;
  }
  return packed_;
}

}  // namespace r1
