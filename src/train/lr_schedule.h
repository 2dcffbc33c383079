// Learning rate by step.
#pragma once

#include <cstdint>
#include <tuple>

#include "base/fields.h"

namespace r1 {

enum class LrDecay { kConstant, kCosine, kLinear };
template <>
struct EnumNames<LrDecay> {
  static constexpr EnumName<LrDecay> kRows[] = {
      {LrDecay::kConstant, "constant"}, {LrDecay::kCosine, "cosine"}, {LrDecay::kLinear, "linear"}};
};

struct LrSchedule {
  double learning_rate = 1e-3;
  int64_t warmup_steps = 10;
  LrDecay decay = LrDecay::kCosine;
  double final_fraction = 0.1;

  static constexpr auto Fields() {
    using C = LrSchedule;
    return std::tuple{Field{"learning_rate", &C::learning_rate, "peak learning rate"},
                      Field{"warmup_steps", &C::warmup_steps, "optimizer steps of linear warm-up from 0"},
                      Field{"decay", &C::decay, "constant, cosine or linear, from the peak to final_fraction of it"},
                      Field{"final_fraction", &C::final_fraction,
                            "what the decay arrives at one step after the last, as a fraction of the peak"}};
  }
  void Validate() const;  // throws kInvalidArgument naming the key

  // step counts from 0; step 0 of a warm-up of W steps has 1/W of the peak.
  float At(int64_t step, int64_t total_steps) const;
};

}  // namespace r1
