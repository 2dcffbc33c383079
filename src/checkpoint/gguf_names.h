// llama.cpp's names of tensors and Hugging Face's, and the one difference in what they hold: llama.cpp rotates neighbouring pairs
// of a head where Hugging Face rotates its halves, so for the llama architecture (not for qwen2 and qwen3) the rows of every query
// and key head are stored in another order.
//   https://github.com/ggml-org/llama.cpp/blob/master/gguf-py/gguf/tensor_mapping.py
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tensor/tensor.h"

namespace r1 {

// "blk.3.attn_q.weight" -> "model.layers.3.self_attn.q_proj.weight"; nothing for a name that no decoder of ours has.
std::optional<std::string> HfNameOfGguf(std::string_view name);
std::optional<std::string> GgufNameOfHf(std::string_view name);

// Whether the tensor of this Hugging Face name has its rows reordered in files of the architecture.
bool HasRotatedRows(std::string_view architecture, std::string_view hf_name);

// Rows of each of `heads` heads from llama.cpp's order (pair j is rows 2 j, 2 j + 1) to Hugging Face's (rows j, j + Dh / 2), and
// back. x: [heads * Dh, in] or [heads * Dh], any dtype, whole rows move. Throws kInvalidArgument unless heads divides the rows into
// even ones.
Tensor RowsToHalves(const Tensor& x, int64_t heads, std::string_view name);
Tensor RowsToPairs(const Tensor& x, int64_t heads, std::string_view name);

}  // namespace r1
