// One case of one op, written once and used four times: every kernel table against the reference to the bit, gradients against
// finite differences, odd sizes, and timing in `r1 bench ops`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ops/exec_context.h"
#include "ops/parameter.h"

namespace r1::ops {

struct OpCase {
  std::string name;                                    // "rms_norm[37x96]"
  std::vector<Tensor> inputs;                          // f32; differentiable
  std::vector<std::unique_ptr<Parameter>> parameters;  // differentiable
  std::function<Tensor(ExecContext&, const OpCase&)> run;
  double forward_flops = 0;  // 0: bound by memory
  double forward_bytes = 0;  // read and written once
};

enum class CaseSize { kOdd, kBench };

// All cases: small and odd-sized for tests, or of the size a training step of a small model has.
std::vector<OpCase> AllOpCases(Allocator& allocator, CaseSize size);

}  // namespace r1::ops
