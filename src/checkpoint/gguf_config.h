// A GGUF file's metadata as Hugging Face's config.json and generation_config.json say the same.
#pragma once

#include "checkpoint/generation_config.h"
#include "checkpoint/gguf.h"
#include "checkpoint/gguf_writer.h"
#include "checkpoint/hf_config.h"

namespace r1 {

// For the architectures llama, qwen2 and qwen3. `file` holds the metadata; for a file in parts, the first one. `embedding_rows` are
// those of token_embd.weight, `tied` says that there is no output.weight, `rope_factors` is rope_freqs.weight where it exists.
// Throws kInvalidArgument for other architectures and for features that these models do not have (experts, partial rotary
// embeddings, ...), kDataLoss for missing or impossible values, naming the key.
struct GgufModelFacts {
  int64_t embedding_rows = 0;
  bool tied = false;
  std::vector<float> rope_factors;
};
HfConfig HfConfigOfGguf(const GgufMetadata& metadata, const GgufModelFacts& facts);

// general.sampling.*, and every token that ends an answer: eos, eot and eom, and control tokens spelled like <|im_end|>, as
// llama.cpp finds them.
GenerationConfig GenerationConfigOfGguf(const GgufMetadata& metadata);

// The other way: the keys that describe the model, and general.sampling.* with the tokens that end an answer. `eos`: which of those
// comes first, if not the first of the list; llama.cpp has room for three. Throws kInvalidArgument for rope scalings that GGUF
// cannot say.
void SetModelMetadata(GgufWriter& writer, const HfConfig& config);
void SetGenerationMetadata(GgufWriter& writer, const GenerationConfig& config, std::optional<int64_t> eos);

}  // namespace r1
