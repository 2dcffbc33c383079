#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace r1 {

// How rotary embeddings are stretched to longer contexts. Which fields are set depends on `type`; unset ones keep the method's
// default.
struct RopeScaling {
  std::string
      type;  // "llama3", "yarn", "linear", "dynamic", ...; never "default", which is no scaling. "factors" is ours: see below
  double factor = 1.0;
  std::optional<int64_t> original_max_position_embeddings;
  std::optional<double> low_freq_factor, high_freq_factor;                               // llama3
  std::optional<double> beta_fast, beta_slow, mscale, mscale_all_dim, attention_factor;  // yarn
  std::vector<float> factors;  // [Dh / 2] of a GGUF file, by which each frequency is divided; Hugging Face has no words for it
};

}  // namespace r1
