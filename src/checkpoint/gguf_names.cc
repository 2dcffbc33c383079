#include "checkpoint/gguf_names.h"

#include <cstring>

#include "base/error.h"
#include "checkpoint/borrow_tensor.h"

namespace r1 {
namespace {

struct NameRow {
  std::string_view gguf, hf;
};

// Outside the layers.
constexpr NameRow kModel[] = {
    {"token_embd.weight", "model.embed_tokens.weight"},
    {"output_norm.weight", "model.norm.weight"},
    {"output.weight", "lm_head.weight"},
};
// After "blk.N." and "model.layers.N.".
constexpr NameRow kLayer[] = {
    {"attn_norm.weight", "input_layernorm.weight"},    {"ffn_norm.weight", "post_attention_layernorm.weight"},
    {"attn_q.weight", "self_attn.q_proj.weight"},      {"attn_q.bias", "self_attn.q_proj.bias"},
    {"attn_k.weight", "self_attn.k_proj.weight"},      {"attn_k.bias", "self_attn.k_proj.bias"},
    {"attn_v.weight", "self_attn.v_proj.weight"},      {"attn_v.bias", "self_attn.v_proj.bias"},
    {"attn_output.weight", "self_attn.o_proj.weight"}, {"attn_output.bias", "self_attn.o_proj.bias"},
    {"attn_q_norm.weight", "self_attn.q_norm.weight"}, {"attn_k_norm.weight", "self_attn.k_norm.weight"},
    {"ffn_gate.weight", "mlp.gate_proj.weight"},       {"ffn_up.weight", "mlp.up_proj.weight"},
    {"ffn_down.weight", "mlp.down_proj.weight"},
};
constexpr std::string_view kGgufLayers = "blk.", kHfLayers = "model.layers.";

// Renames by the tables, from the column `from` to the column `to`; the layer's number passes as it is written.
std::optional<std::string> Rename(std::string_view name, std::string_view NameRow::*from, std::string_view NameRow::*to,
                                  std::string_view from_layers, std::string_view to_layers) {
  for (const NameRow& row : kModel)
    if (name == row.*from) return std::string(row.*to);
  if (!name.starts_with(from_layers)) return std::nullopt;
  const std::string_view rest = name.substr(from_layers.size());
  const size_t dot = rest.find('.');
  if (dot == 0 || dot == std::string_view::npos || rest.find_first_not_of("0123456789") != dot) return std::nullopt;
  for (const NameRow& row : kLayer)
    if (rest.substr(dot + 1) == row.*from) return StrCat(to_layers, rest.substr(0, dot + 1), row.*to);
  return std::nullopt;
}

Tensor ReorderRows(const Tensor& x, int64_t heads, std::string_view name, bool to_halves) {
  Require(x.rank() >= 1 && heads > 0 && x.dim(0) % (2 * heads) == 0, name, ": rows must be a multiple of twice the ", heads,
          " heads, got ", x.shape());
  Tensor y = UnpooledTensor(x.shape(), x.dtype());
  const int64_t dh = x.dim(0) / heads, half = dh / 2;
  const size_t row_bytes = x.dim(0) == 0 ? 0 : x.bytes() / static_cast<size_t>(x.dim(0));
  const auto* from = static_cast<const std::byte*>(x.raw());
  auto* to = static_cast<std::byte*>(y.raw());
  for (int64_t row = 0; row < x.dim(0); ++row) {
    const int64_t head = row / dh, i = row % dh;
    const int64_t other = head * dh + (to_halves ? i / 2 + i % 2 * half : i % half * 2 + i / half);
    std::memcpy(to + static_cast<size_t>(other) * row_bytes, from + static_cast<size_t>(row) * row_bytes, row_bytes);
  }
  return y;
}

}  // namespace

std::optional<std::string> HfNameOfGguf(std::string_view name) {
  return Rename(name, &NameRow::gguf, &NameRow::hf, kGgufLayers, kHfLayers);
}

std::optional<std::string> GgufNameOfHf(std::string_view name) {
  return Rename(name, &NameRow::hf, &NameRow::gguf, kHfLayers, kGgufLayers);
}

bool HasRotatedRows(std::string_view architecture, std::string_view hf_name) {
  return architecture == "llama" && (hf_name.ends_with("self_attn.q_proj.weight") || hf_name.ends_with("self_attn.k_proj.weight") ||
                                     hf_name.ends_with("self_attn.q_proj.bias") || hf_name.ends_with("self_attn.k_proj.bias"));
}

Tensor RowsToHalves(const Tensor& x, int64_t heads, std::string_view name) {
  return ReorderRows(x, heads, name, /*to_halves=*/true);
}
Tensor RowsToPairs(const Tensor& x, int64_t heads, std::string_view name) {
  return ReorderRows(x, heads, name, /*to_halves=*/false);
}

}  // namespace r1
