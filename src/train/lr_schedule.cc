#include "train/lr_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/bounds.h"
#include "base/error.h"

namespace r1 {

void LrSchedule::Validate() const {
  Require(learning_rate > 0 && learning_rate <= 1, "learning_rate must be above 0 and at most 1, got ", learning_rate);
  RequireRange("warmup_steps", warmup_steps, 0, 1'000'000'000);
  RequireRange("final_fraction", final_fraction, 0, 1);
  Require(decay == LrDecay::kConstant || final_fraction < 1, "decay = ", EnumToString(decay),
          " with final_fraction = 1 is no decay; set final_fraction below 1, or decay = constant");
}

float LrSchedule::At(int64_t step, int64_t total_steps) const {
  if (step < warmup_steps)
    return static_cast<float>(learning_rate * static_cast<double>(step + 1) / static_cast<double>(warmup_steps));
  const double span = static_cast<double>(std::max<int64_t>(1, total_steps - warmup_steps));
  const double progress = std::clamp(static_cast<double>(step - warmup_steps) / span, 0.0, 1.0);
  double fraction = 1;
  if (decay == LrDecay::kCosine)
    fraction = final_fraction + (1 - final_fraction) * 0.5 * (1 + std::cos(std::numbers::pi * progress));
  if (decay == LrDecay::kLinear) fraction = 1 - (1 - final_fraction) * progress;
  return static_cast<float>(learning_rate * fraction);
}

}  // namespace r1
