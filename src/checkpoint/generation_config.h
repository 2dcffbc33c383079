// What a model's authors recommend for sampling, and the tokens that end an answer: Hugging Face's generation_config.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace r1 {

struct GenerationConfig {
  bool do_sample = false;  // false: greedy is recommended, and the numbers below are not meant to be used
  std::optional<double> temperature, top_p, min_p, repetition_penalty;
  std::optional<int64_t> top_k;
  std::optional<int64_t> bos_token_id, pad_token_id;
  std::vector<int64_t> eos_token_ids;  // a number or a list in the file
};

// Throws kDataLoss for text that is not such a file, kInvalidArgument for a value out of range, naming the key. Other keys are
// ignored.
GenerationConfig ParseGenerationConfig(std::string_view text, std::string_view what = "generation_config.json");

// `dir`/generation_config.json; an empty one where the file is absent.
GenerationConfig LoadGenerationConfig(const std::string& dir);

// The contents of generation_config.json.
std::string GenerationConfigJson(const GenerationConfig& config);

}  // namespace r1
