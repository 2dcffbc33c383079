#pragma once

namespace r1 {

// What a family adds to the decoder of Llama.
struct DecoderTraits {
  bool qkv_bias = false;  // on queries, keys and values
  bool qk_norm = false;   // RMSNorm of every query and key head
};
inline constexpr DecoderTraits kLlama{}, kQwen2{.qkv_bias = true}, kQwen3{.qk_norm = true};

}  // namespace r1
