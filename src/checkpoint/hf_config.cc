#include "checkpoint/hf_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "checkpoint/config_reader.h"
#include "checkpoint/generation_config.h"

namespace r1 {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kMaxDim = 1 << 20;  // 1048576
constexpr int64_t kMaxToken = ConfigReader::kMaxToken;
constexpr int64_t kMaxPositions = int64_t{1} << 31;

using Reader = ConfigReader;

// `rope_scaling` of transformers 4, or the same keys inside `rope_parameters` of transformers 5.
std::optional<RopeScaling> ReadRopeScaling(const Reader& reader) {
  RopeScaling scaling;
  scaling.type = reader.StringOr("rope_type", reader.StringOr("type", "default"));
  if (scaling.type == "default") return std::nullopt;
  scaling.factor = reader.OptionalNumber("factor", 1.0, 1e6).value_or(1.0);
  if (reader.Find("original_max_position_embeddings") != nullptr)
    scaling.original_max_position_embeddings = reader.Integer("original_max_position_embeddings", 1, kMaxPositions);
  scaling.low_freq_factor = reader.OptionalNumber("low_freq_factor", 1e-6, 1e6);
  scaling.high_freq_factor = reader.OptionalNumber("high_freq_factor", 1e-6, 1e6);
  scaling.beta_fast = reader.OptionalNumber("beta_fast", 1e-6, 1e6);
  scaling.beta_slow = reader.OptionalNumber("beta_slow", 1e-6, 1e6);
  scaling.mscale = reader.OptionalNumber("mscale", 0.0, 1e6);
  scaling.mscale_all_dim = reader.OptionalNumber("mscale_all_dim", 0.0, 1e6);
  scaling.attention_factor = reader.OptionalNumber("attention_factor", 1e-6, 1e6);
  if (scaling.type == "llama3") {
    Require(scaling.low_freq_factor.has_value() && scaling.high_freq_factor.has_value() &&
                scaling.original_max_position_embeddings.has_value(),
            reader.what(), ": rope type llama3 needs low_freq_factor, high_freq_factor and original_max_position_embeddings");
    Require(*scaling.low_freq_factor < *scaling.high_freq_factor, reader.what(),
            ": low_freq_factor must be below high_freq_factor, got ", *scaling.low_freq_factor, " and ", *scaling.high_freq_factor);
  }
  return scaling;
}

// transformers 5 lists layer_types; before, layers from max_window_layers on had the window if use_sliding_window was set.
bool HasSlidingLayers(const Reader& reader, int64_t num_layers) {
  if (const auto* types = reader.Find("layer_types")) {
    const auto names = types->get<std::vector<std::string>>();
    return std::any_of(names.begin(), names.end(), [](const std::string& name) { return name != "full_attention"; });
  }
  return reader.BoolOr("use_sliding_window", false) && reader.IntegerOr("max_window_layers", 0, 0, kMaxDim) < num_layers;
}

// FP8 weights with their scales in tensors beside them (checkpoint/fp8_weights.h).
void ReadQuantization(const Reader& reader, HfConfig& config) {
  config.quantization_method = reader.StringOr("quant_method", "");
  if (const auto* size = reader.Find("weight_block_size")) {
    const auto is_size = [](const nlohmann::json& n) { return n.is_number_unsigned() && n > 0 && n <= kMaxDim; };
    Require(size->is_array() && size->size() == 2 && is_size((*size)[0]) && is_size((*size)[1]), reader.what(),
            ": weight_block_size must be [rows, columns], got ", size->dump());
    config.weight_block_size = {(*size)[0].get<int64_t>(), (*size)[1].get<int64_t>()};
  }
}

Json RopeScalingJson(const RopeScaling& scaling) {
  Require(scaling.factors.empty(), "config.json: these rotary frequency factors follow no rule that Hugging Face knows");
  Json json = {{"rope_type", scaling.type}, {"factor", scaling.factor}};
  const auto put = [&](const char* key, const auto& value) {
    if (value.has_value()) json[key] = *value;
  };
  put("original_max_position_embeddings", scaling.original_max_position_embeddings);
  put("low_freq_factor", scaling.low_freq_factor);
  put("high_freq_factor", scaling.high_freq_factor);
  put("beta_fast", scaling.beta_fast);
  put("beta_slow", scaling.beta_slow);
  put("mscale", scaling.mscale);
  put("mscale_all_dim", scaling.mscale_all_dim);
  put("attention_factor", scaling.attention_factor);
  return json;
}

Json TokenIdsJson(const std::vector<int64_t>& ids) {
  if (ids.empty()) return nullptr;
  return ids.size() == 1 ? Json(ids[0]) : Json(ids);
}

Json OptionalJson(const std::optional<int64_t>& id) { return id.has_value() ? Json(*id) : Json(); }

}  // namespace

HfConfig ParseHfConfig(std::string_view text, std::string_view what) {
  const nlohmann::json file = ParseJson(text, what);
  const Reader reader(file, std::string(what));
  HfConfig config;
  ReadingJson(what, [&] {
    if (const auto* names = reader.Find("architectures")) config.architectures = names->get<std::vector<std::string>>();
    config.model_type = reader.StringOr("model_type", "");
    config.vocab_size = reader.Integer("vocab_size", 1, kMaxToken);
    config.hidden_size = reader.Integer("hidden_size", 1, kMaxDim);
    config.intermediate_size = reader.Integer("intermediate_size", 1, 16 * kMaxDim);
    config.num_hidden_layers = reader.Integer("num_hidden_layers", 1, 4096);
    config.num_attention_heads = reader.Integer("num_attention_heads", 1, 65536);
    config.num_key_value_heads = reader.IntegerOr("num_key_value_heads", config.num_attention_heads, 1, 65536);
    Require(config.num_attention_heads % config.num_key_value_heads == 0, what,
            ": num_key_value_heads must divide num_attention_heads (", config.num_attention_heads, "), got ",
            config.num_key_value_heads);
    config.head_dim = reader.IntegerOr("head_dim", 0, 1, 65536);
    if (config.head_dim == 0) {
      Require(config.hidden_size % config.num_attention_heads == 0, what, ": hidden_size (", config.hidden_size,
              ") must be a multiple of num_attention_heads (", config.num_attention_heads, ") where head_dim is not given");
      config.head_dim = config.hidden_size / config.num_attention_heads;
    }
    config.max_position_embeddings = reader.IntegerOr("max_position_embeddings", config.max_position_embeddings, 1, kMaxPositions);
    config.rms_norm_eps = reader.OptionalNumber("rms_norm_eps", 0.0, 1.0).value_or(config.rms_norm_eps);
    config.rope_theta = reader.OptionalNumber("rope_theta", 1.0, 1e15).value_or(config.rope_theta);
    if (const auto* scaling = reader.Find("rope_scaling"))
      config.rope_scaling = ReadRopeScaling(Reader(*scaling, StrCat(what, ": rope_scaling")));
    config.partial_rotary_factor = reader.OptionalNumber("partial_rotary_factor", 0.0, 1.0).value_or(1);
    if (const auto* parameters = reader.Find("rope_parameters")) {
      const Reader rope(*parameters, StrCat(what, ": rope_parameters"));
      config.rope_theta = rope.OptionalNumber("rope_theta", 1.0, 1e15).value_or(config.rope_theta);
      config.partial_rotary_factor = rope.OptionalNumber("partial_rotary_factor", 0.0, 1.0).value_or(config.partial_rotary_factor);
      if (auto scaling = ReadRopeScaling(rope)) config.rope_scaling = std::move(scaling);
    }
    if (const auto* quantization = reader.Find("quantization_config"))
      ReadQuantization(Reader(*quantization, StrCat(what, ": quantization_config")), config);
    config.hidden_act = reader.StringOr("hidden_act", config.hidden_act);
    config.tie_word_embeddings = reader.BoolOr("tie_word_embeddings", false);
    config.attention_bias = reader.BoolOr("attention_bias", false);
    config.mlp_bias = reader.BoolOr("mlp_bias", false);
    config.use_sliding_window = HasSlidingLayers(reader, config.num_hidden_layers);
    if (reader.Find("sliding_window") != nullptr) config.sliding_window = reader.Integer("sliding_window", 1, kMaxPositions);
    config.initializer_range = reader.OptionalNumber("initializer_range", 0.0, 100.0).value_or(config.initializer_range);
    config.bos_token_id = reader.TokenId("bos_token_id");
    config.pad_token_id = reader.TokenId("pad_token_id");
    config.eos_token_ids = reader.TokenIds("eos_token_id");
    config.dtype = reader.StringOr("dtype", reader.StringOr("torch_dtype", config.dtype));
    config.compute_dtype = reader.StringOr("r1_compute_dtype", config.compute_dtype);
    Require(config.compute_dtype == "f32" || config.compute_dtype == "bf16", what, ": r1_compute_dtype must be f32 or bf16, got \"",
            config.compute_dtype, "\"");
  });
  return config;
}

HfConfig LoadHfConfig(const std::string& dir) {
  const std::string path = dir + "/config.json";
  HfConfig config = ParseHfConfig(ReadFile(path), path);
  // Where the two differ, generation follows its own file, as in transformers.
  if (GenerationConfig generation = LoadGenerationConfig(dir); !generation.eos_token_ids.empty())
    config.eos_token_ids = std::move(generation.eos_token_ids);
  return config;
}

std::string HfConfigJson(const HfConfig& config) {
  Json file = {
      {"architectures", config.architectures},
      {"model_type", config.model_type},
      {"vocab_size", config.vocab_size},
      {"hidden_size", config.hidden_size},
      {"intermediate_size", config.intermediate_size},
      {"num_hidden_layers", config.num_hidden_layers},
      {"num_attention_heads", config.num_attention_heads},
      {"num_key_value_heads", config.num_key_value_heads},
      {"head_dim", config.head_dim},
      {"hidden_act", config.hidden_act},
      {"max_position_embeddings", config.max_position_embeddings},
      {"initializer_range", config.initializer_range},
      {"rms_norm_eps", config.rms_norm_eps},
      {"tie_word_embeddings", config.tie_word_embeddings},
      {"attention_dropout", 0.0},
      {"rope_theta", config.rope_theta},
      {"rope_scaling", config.rope_scaling.has_value() ? RopeScalingJson(*config.rope_scaling) : Json()},
      {"bos_token_id", OptionalJson(config.bos_token_id)},
      {"eos_token_id", TokenIdsJson(config.eos_token_ids)},
      {"pad_token_id", OptionalJson(config.pad_token_id)},
      {"torch_dtype", config.dtype},
      {"use_cache", true},
  };
  if (config.model_type == "llama") {
    file["attention_bias"] = config.attention_bias;
    file["mlp_bias"] = config.mlp_bias;
  }
  if (config.model_type == "qwen3") file["attention_bias"] = config.attention_bias;
  if (config.model_type == "qwen2" || config.model_type == "qwen3") {
    file["use_sliding_window"] = config.use_sliding_window;
    if (config.sliding_window.has_value()) file["sliding_window"] = *config.sliding_window;
  }
  if (config.compute_dtype != HfConfig().compute_dtype) file["r1_compute_dtype"] = config.compute_dtype;
  std::string text = file.dump(2) + "\n";
  ParseHfConfig(text, "config.json");  // never write what we would refuse
  return text;
}

std::string HfGenerationConfigJson(const HfConfig& config) {
  return GenerationConfigJson(
      {.bos_token_id = config.bos_token_id, .pad_token_id = config.pad_token_id, .eos_token_ids = config.eos_token_ids});
}

void SaveHfConfig(const HfConfig& config, const std::string& dir) {
  AtomicWriteFile(dir + "/config.json", HfConfigJson(config));
  AtomicWriteFile(dir + "/generation_config.json", HfGenerationConfigJson(config));
}

}  // namespace r1
