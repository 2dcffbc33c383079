#include "convert/file_type.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>

#include "base/error.h"

namespace r1 {
namespace {

constexpr FileType kFileTypes[] = {
    {"F32", 0, DType::kF32, "32 bits a weight"},
    {"F16", 1, DType::kF16, "16 bits, half precision"},
    {"BF16", 32, DType::kBF16, "16 bits, bfloat16"},
    {"Q8_0", 7, DType::kQ8_0, "8.5 bits, near to lossless"},
    {"Q6_K", 18, DType::kQ6_K, "6.6 bits"},
    {"Q5_K_M", 17, DType::kQ5_K, "5.7 bits, with Q6_K where it matters most"},
    {"Q5_K_S", 16, DType::kQ5_K, "5.5 bits"},
    {"Q5_1", 9, DType::kQ5_1, "6 bits, plain blocks of 32"},
    {"Q5_0", 8, DType::kQ5_0, "5.5 bits, plain blocks of 32"},
    {"Q4_K_M", 15, DType::kQ4_K, "4.8 bits, with Q6_K where it matters most"},
    {"Q4_K_S", 14, DType::kQ4_K, "4.6 bits, with Q5_K where it matters most"},
    {"Q4_1", 3, DType::kQ4_1, "5 bits, plain blocks of 32"},
    {"Q4_0", 2, DType::kQ4_0, "4.5 bits, plain blocks of 32"},
};

// The first and last eighth of the layers, and every third between: where more bits pay most.
bool UsesMoreBits(int64_t layer, int64_t layers) {
  return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}

// N of "model.layers.N."; -1 outside the layers.
int64_t LayerOf(std::string_view name) {
  constexpr std::string_view kPrefix = "model.layers.";
  if (!name.starts_with(kPrefix)) return -1;
  int64_t layer = -1;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), layer);
  return layer;
}

DType Wanted(const FileType& type, const HfConfig& config, std::string_view name, int64_t columns) {
  const bool is_head = name == "lm_head.weight" || (config.tie_word_embeddings && name == "model.embed_tokens.weight");
  if (is_head) {
    if (columns % DTypeBlockElements(type.dtype) != 0) return DType::kQ8_0;
    return type.dtype == DType::kQ8_0 ? DType::kQ8_0 : DType::kQ6_K;
  }
  const std::string_view mixture = type.name;
  const int64_t layer = LayerOf(name), layers = config.num_hidden_layers;
  DType wanted = type.dtype;
  if (name.ends_with("self_attn.v_proj.weight")) {
    if ((mixture == "Q4_K_M" || mixture == "Q5_K_M") && UsesMoreBits(layer, layers)) wanted = DType::kQ6_K;
    if (mixture == "Q4_K_S" && layer < 4) wanted = DType::kQ5_K;
    // In the 70B shape 8 query heads share each v, so it is small and worth more bits.
    if (layers == 80 && config.num_attention_heads != config.num_key_value_heads && wanted == DType::kQ4_K) wanted = DType::kQ5_K;
  } else if (name.ends_with("mlp.down_proj.weight")) {
    if ((mixture == "Q4_K_M" || mixture == "Q5_K_M") && UsesMoreBits(layer, layers)) wanted = DType::kQ6_K;
    if (mixture == "Q4_K_S" && layer < layers / 8) wanted = DType::kQ5_K;
  }
  return wanted;
}

DType FallBack(DType dtype) {
  switch (dtype) {
    case DType::kQ4_K: return DType::kQ5_0;
    case DType::kQ5_K: return DType::kQ5_1;
    case DType::kQ6_K: return DType::kQ8_0;
    default: return DType::kF16;
  }
}

}  // namespace

std::span<const FileType> FileTypes() { return kFileTypes; }

const FileType& FindFileType(std::string_view name) {
  std::string upper(name), known;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const FileType& type : kFileTypes) {
    if (upper == type.name) return type;
    known += (known.empty() ? "" : ", ") + std::string(type.name);
  }
  Fail(ErrorCode::kInvalidArgument, "file type \"", name, "\" is not known; known are ", known);
}

DType DTypeOfTensor(const FileType& type, const HfConfig& config, std::string_view name, int rank, int64_t columns) {
  if (rank < 2) return DType::kF32;
  DType dtype = IsQuantized(type.dtype) ? Wanted(type, config, name, columns) : type.dtype;
  while (columns % DTypeBlockElements(dtype) != 0) dtype = FallBack(dtype);
  return dtype;
}

}  // namespace r1
