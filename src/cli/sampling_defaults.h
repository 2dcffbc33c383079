// How a model's makers sample from it: temperature, top_p and top_k of its generation_config.json.
#pragma once

#include <functional>
#include <string>

#include "engine/sampling_params.h"

namespace r1 {

// Puts what `dir`/generation_config.json says into `params`, except where the user has said it: is_given("temperature").
// Throws kDataLoss for a file that is not what it should be.
void ApplySamplingDefaults(const std::string& dir, const std::function<bool(const std::string& field)>& is_given,
                           SamplingParams* params);

}  // namespace r1
