// llama.cpp keeps llama3 rope scaling as a tensor, rope_freqs.weight: what each rotary frequency is divided by. Hugging Face keeps
// the four numbers it follows from.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "checkpoint/hf_config.h"

namespace r1 {

// [Dh / 2], from config.rope_scaling of type llama3, computed in f32 as llama.cpp's converter does.
std::vector<float> RopeFactorsOfLlama3(const HfConfig& config);

// A llama3 scaling that gives these factors at this base, to 1e-5 of each; nothing if none is found. Different numbers can give the
// same factors (low, high and context times a constant do): low_freq_factor is 1, and the others are Llama 3's where those fit.
std::optional<RopeScaling> Llama3OfRopeFactors(std::span<const float> factors, double rope_theta);

}  // namespace r1
