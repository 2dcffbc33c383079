// How a model's makers sample from it: what its generation_config.json (or GGUF metadata) says.
#pragma once

#include <set>
#include <string>

#include "checkpoint/generation_config.h"
#include "engine/sampling_params.h"

namespace r1 {

// Puts what the model says into `params`, except for the fields (such as "temperature") that the user has given. A model
// that does not ask for sampling changes nothing.
void ApplySamplingDefaults(const GenerationConfig& model, const std::set<std::string>& given, SamplingParams* params);

}  // namespace r1
