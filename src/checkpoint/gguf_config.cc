#include "checkpoint/gguf_config.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "checkpoint/rope_factors.h"

namespace r1 {
namespace {

struct ArchitectureRow {
  std::string_view gguf, hf;
};
constexpr ArchitectureRow kArchitectures[] = {
    {"llama", "LlamaForCausalLM"}, {"qwen2", "Qwen2ForCausalLM"}, {"qwen3", "Qwen3ForCausalLM"}};

// Tokens that end an answer whatever the file names as eos. Only names of chat formats: a tag like </s> may stand in an answer.
constexpr std::string_view kEndTokens[] = {"<|im_end|>",      "<|endoftext|>", "<|eot_id|>",
                                           "<|end_of_text|>", "<|eom_id|>",    "<｜end▁of▁sentence｜>"};
constexpr int64_t kControl = 3;  // the token type of llama.cpp

// The keys of one architecture, "qwen2.context_length" asked for as "context_length".
class ArchitectureReader {
 public:
  ArchitectureReader(const GgufMetadata& metadata, std::string_view architecture)
      : metadata_(metadata), prefix_(StrCat(architecture, ".")) {}

  std::optional<int64_t> Integer(const char* key, int64_t low, int64_t high) const {
    const std::string full = prefix_ + key;
    std::optional<int64_t> value;
    if (metadata_.Has(full) && metadata_.values().find(full)->second.type == GgufType::kArray) {
      value = SameForAllLayers(full);
    } else {
      value = metadata_.Integer(full);
    }
    if (value && (*value < low || *value > high))
      Fail(ErrorCode::kDataLoss, metadata_.what(), ": metadata ", full, " must be in ", low, "..", high, ", got ", *value);
    return value;
  }
  int64_t RequiredInteger(const char* key, int64_t low, int64_t high) const {
    const auto value = Integer(key, low, high);
    if (!value) Fail(ErrorCode::kDataLoss, metadata_.what(), ": metadata ", prefix_, key, " is missing");
    return *value;
  }
  std::optional<double> Number(const char* key, double low, double high) const {
    const auto value = metadata_.Number(prefix_ + key);
    if (value && !(*value >= low && *value <= high))
      Fail(ErrorCode::kDataLoss, metadata_.what(), ": metadata ", prefix_, key, " must be in ", low, "..", high, ", got ", *value);
    return value;
  }
  std::optional<std::string_view> String(const char* key) const { return metadata_.String(prefix_ + key); }
  template <class T>
  void RequireEqual(const char* key, const std::optional<T>& value, T expected) const {
    Require(!value || *value == expected, metadata_.what(), ": metadata ", prefix_, key, " = ", value.value_or(expected),
            " is not computed by this build; expected ", expected);
  }

 private:
  // Some converters write a list with one number a layer.
  int64_t SameForAllLayers(const std::string& key) const {
    const std::vector<int64_t> values = metadata_.Integers(key);
    Require(!values.empty() && std::all_of(values.begin(), values.end(), [&](int64_t v) { return v == values[0]; }),
            metadata_.what(), ": metadata ", key, " differs between layers, which this build does not compute");
    return values[0];
  }

  const GgufMetadata& metadata_;
  std::string prefix_;
};

// What YaRN multiplies cos and sin by unless told otherwise.
double YarnAttentionFactor(double factor) { return factor <= 1 ? 1.0 : 0.1 * std::log(factor) + 1.0; }

std::optional<RopeScaling> ReadRopeScaling(const ArchitectureReader& reader, const GgufModelFacts& facts, const HfConfig& config,
                                           const std::string& what) {
  if (!facts.rope_factors.empty()) {
    Require(static_cast<int64_t>(facts.rope_factors.size()) == config.head_dim / 2, what, ": tensor rope_freqs.weight must have ",
            config.head_dim / 2, " elements, got ", facts.rope_factors.size());
    for (const float f : facts.rope_factors)
      Require(std::isfinite(f) && f > 0, what, ": tensor rope_freqs.weight must be positive, got ", f);
    if (auto llama3 = Llama3OfRopeFactors(facts.rope_factors, config.rope_theta)) return llama3;
    return RopeScaling{.type = "factors", .factors = facts.rope_factors};
  }
  const std::string type(reader.String("rope.scaling.type").value_or("linear"));
  double factor = reader.Number("rope.scaling.factor", 0, 1e6).value_or(0);
  if (factor == 0) factor = reader.Number("rope.scale_linear", 0, 1e6).value_or(0);  // the older name; 0 is none
  if (type == "none" || (type == "linear" && (factor == 0 || factor == 1))) return std::nullopt;
  RopeScaling scaling{.type = type, .factor = factor == 0 ? 1 : factor};
  if (type != "yarn") return scaling;
  scaling.original_max_position_embeddings = reader.Integer("rope.scaling.original_context_length", 1, int64_t{1} << 31);
  scaling.beta_fast = reader.Number("rope.scaling.yarn_beta_fast", 1e-6, 1e6);
  scaling.beta_slow = reader.Number("rope.scaling.yarn_beta_slow", 1e-6, 1e6);
  reader.RequireEqual("rope.scaling.yarn_ext_factor", reader.Number("rope.scaling.yarn_ext_factor", -1e6, 1e6), 1.0);
  if (const auto m = reader.Number("rope.scaling.yarn_log_multiplier", 0, 1e6); m && *m != 0) {
    scaling.mscale = 1;
    scaling.mscale_all_dim = m;
  }
  if (const auto m = reader.Number("rope.scaling.attn_factor", 1e-6, 1e6); m && *m != 1)
    scaling.attention_factor = *m * YarnAttentionFactor(scaling.factor);
  return scaling;
}

std::optional<int64_t> TokenId(const GgufMetadata& metadata, std::string_view key) {
  const auto id = metadata.Integer(key);
  return id && *id >= 0 && *id <= 1 << 24 ? id : std::nullopt;  // 2^32 - 1 is written for none
}

}  // namespace

HfConfig HfConfigOfGguf(const GgufMetadata& metadata, const GgufModelFacts& facts) {
  const std::string& what = metadata.what();
  const auto architecture = metadata.String("general.architecture");
  if (!architecture) Fail(ErrorCode::kDataLoss, what, ": metadata general.architecture is missing");
  const auto* row =
      std::find_if(std::begin(kArchitectures), std::end(kArchitectures), [&](const auto& r) { return r.gguf == *architecture; });
  Require(row != std::end(kArchitectures), what, ": architecture ", *architecture, " is not known; known are llama, qwen2, qwen3");
  const ArchitectureReader reader(metadata, *architecture);

  HfConfig config;
  config.architectures = {std::string(row->hf)};
  config.model_type = *architecture;
  config.vocab_size = facts.embedding_rows;
  config.hidden_size = reader.RequiredInteger("embedding_length", 1, 1 << 20);
  config.intermediate_size = reader.RequiredInteger("feed_forward_length", 1, 1 << 24);
  config.num_hidden_layers = reader.RequiredInteger("block_count", 1, 4096);
  config.num_attention_heads = reader.RequiredInteger("attention.head_count", 1, 65536);
  config.num_key_value_heads = reader.Integer("attention.head_count_kv", 1, 65536).value_or(config.num_attention_heads);
  Require(config.num_attention_heads % config.num_key_value_heads == 0, what, ": ", config.num_key_value_heads,
          " key/value heads must divide ", config.num_attention_heads, " heads");
  const auto key_length = reader.Integer("attention.key_length", 1, 65536);
  Require(key_length || config.hidden_size % config.num_attention_heads == 0, what, ": embedding_length ", config.hidden_size,
          " must be a multiple of the ", config.num_attention_heads, " heads where attention.key_length is not given");
  config.head_dim = key_length.value_or(config.hidden_size / config.num_attention_heads);
  reader.RequireEqual("attention.value_length", reader.Integer("attention.value_length", 1, 65536), config.head_dim);
  reader.RequireEqual("rope.dimension_count", reader.Integer("rope.dimension_count", 1, 65536), config.head_dim);
  reader.RequireEqual("expert_count", reader.Integer("expert_count", 0, 65536), int64_t{0});
  config.max_position_embeddings = reader.RequiredInteger("context_length", 1, int64_t{1} << 31);
  const int64_t window = reader.Integer("attention.sliding_window", 0, int64_t{1} << 31).value_or(0);
  Require(window == 0 || window >= config.max_position_embeddings, what,
          ": attention.sliding_window is not computed by this build");
  const auto eps = reader.Number("attention.layer_norm_rms_epsilon", 0, 1);
  if (!eps) Fail(ErrorCode::kDataLoss, what, ": metadata ", *architecture, ".attention.layer_norm_rms_epsilon is missing");
  config.rms_norm_eps = *eps;
  config.rope_theta = reader.Number("rope.freq_base", 1, 1e15).value_or(10000);
  config.rope_scaling = ReadRopeScaling(reader, facts, config, what);
  config.tie_word_embeddings = facts.tied;
  config.bos_token_id = TokenId(metadata, "tokenizer.ggml.bos_token_id");
  config.pad_token_id = TokenId(metadata, "tokenizer.ggml.padding_token_id");
  config.eos_token_ids = GenerationConfigOfGguf(metadata).eos_token_ids;
  return config;
}

GenerationConfig GenerationConfigOfGguf(const GgufMetadata& metadata) {
  GenerationConfig config;
  config.bos_token_id = TokenId(metadata, "tokenizer.ggml.bos_token_id");
  config.pad_token_id = TokenId(metadata, "tokenizer.ggml.padding_token_id");
  const auto add = [&](int64_t id) {
    if (std::find(config.eos_token_ids.begin(), config.eos_token_ids.end(), id) == config.eos_token_ids.end())
      config.eos_token_ids.push_back(id);
  };
  for (const char* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"})
    if (const auto id = TokenId(metadata, key)) add(*id);
  const std::vector<std::string_view> tokens = metadata.Strings("tokenizer.ggml.tokens");
  const std::vector<int64_t> types = metadata.Integers("tokenizer.ggml.token_type");
  for (size_t i = 0; i < std::min(tokens.size(), types.size()); ++i)
    if (types[i] == kControl && std::find(std::begin(kEndTokens), std::end(kEndTokens), tokens[i]) != std::end(kEndTokens))
      add(static_cast<int64_t>(i));

  config.temperature = metadata.Number("general.sampling.temp");
  config.top_p = metadata.Number("general.sampling.top_p");
  config.min_p = metadata.Number("general.sampling.min_p");
  config.top_k = metadata.Integer("general.sampling.top_k");
  config.repetition_penalty = metadata.Number("general.sampling.penalty_repeat");
  config.do_sample = config.temperature.value_or(0) > 0;
  return config;
}

}  // namespace r1
