#include "checkpoint/hf_config.h"

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

namespace r1 {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kMaxDim = 1 << 20;    // 1048576
constexpr int64_t kMaxToken = 1 << 24;  // 16777216
constexpr int64_t kMaxPositions = int64_t{1} << 31;

// A JSON object with the name of its file. A key that is null counts as absent, as in transformers.
class Reader {
 public:
  Reader(const nlohmann::json& object, std::string what) : object_(object), what_(std::move(what)) {
    if (!object.is_object()) Fail(ErrorCode::kDataLoss, what_, ": expected an object, got ", object.type_name());
  }

  const nlohmann::json* Find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  const std::string& what() const { return what_; }

  int64_t Integer(const char* key, const nlohmann::json& value, int64_t low, int64_t high) const {
    Require(value.is_number_integer(), what_, ": ", key, " must be an integer, got ", value.dump());
    const bool in_range = value.is_number_unsigned()
                              ? value.get<uint64_t>() <= static_cast<uint64_t>(high) && value.get<int64_t>() >= low
                              : value.get<int64_t>() >= low && value.get<int64_t>() <= high;
    Require(in_range, what_, ": ", key, " must be in ", low, "..", high, ", got ", value.dump());
    return value.get<int64_t>();
  }
  int64_t Integer(const char* key, int64_t low, int64_t high) const {
    const nlohmann::json* value = Find(key);
    if (value == nullptr) Fail(ErrorCode::kDataLoss, what_, ": ", key, " is missing");
    return Integer(key, *value, low, high);
  }
  int64_t IntegerOr(const char* key, int64_t fallback, int64_t low, int64_t high) const {
    const nlohmann::json* value = Find(key);
    return value == nullptr ? fallback : Integer(key, *value, low, high);
  }
  std::optional<double> OptionalNumber(const char* key, double low, double high) const {
    const nlohmann::json* value = Find(key);
    if (value == nullptr) return std::nullopt;
    Require(value->is_number(), what_, ": ", key, " must be a number, got ", value->dump());
    const double number = value->get<double>();
    Require(number >= low && number <= high, what_, ": ", key, " must be in ", low, "..", high, ", got ", value->dump());
    return number;
  }
  bool BoolOr(const char* key, bool fallback) const {
    const nlohmann::json* value = Find(key);
    if (value == nullptr) return fallback;
    Require(value->is_boolean(), what_, ": ", key, " must be true or false, got ", value->dump());
    return value->get<bool>();
  }
  std::string StringOr(const char* key, const std::string& fallback) const {
    const nlohmann::json* value = Find(key);
    if (value == nullptr) return fallback;
    Require(value->is_string(), what_, ": ", key, " must be a string, got ", value->dump());
    return value->get<std::string>();
  }

 private:
  const nlohmann::json& object_;
  std::string what_;
};

std::vector<int64_t> ReadTokenIds(const Reader& reader, const char* key) {
  std::vector<int64_t> ids;
  const nlohmann::json* value = reader.Find(key);
  if (value == nullptr) return ids;
  if (!value->is_array()) {
    // Some files write -1 for "none".
    if (const int64_t id = reader.Integer(key, *value, -1, kMaxToken); id >= 0) ids.push_back(id);
    return ids;
  }
  for (const auto& id : *value) ids.push_back(reader.Integer(key, id, 0, kMaxToken));
  return ids;
}

std::optional<int64_t> ReadTokenId(const Reader& reader, const char* key) {
  const std::vector<int64_t> ids = ReadTokenIds(reader, key);
  return ids.empty() ? std::nullopt : std::optional(ids[0]);
}

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

Json RopeScalingJson(const RopeScaling& scaling) {
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
    if (const auto* parameters = reader.Find("rope_parameters")) {
      const Reader rope(*parameters, StrCat(what, ": rope_parameters"));
      config.rope_theta = rope.OptionalNumber("rope_theta", 1.0, 1e15).value_or(config.rope_theta);
      if (auto scaling = ReadRopeScaling(rope)) config.rope_scaling = std::move(scaling);
    }
    config.hidden_act = reader.StringOr("hidden_act", config.hidden_act);
    config.tie_word_embeddings = reader.BoolOr("tie_word_embeddings", false);
    config.attention_bias = reader.BoolOr("attention_bias", false);
    config.mlp_bias = reader.BoolOr("mlp_bias", false);
    config.use_sliding_window = reader.BoolOr("use_sliding_window", false);
    if (reader.Find("sliding_window") != nullptr) config.sliding_window = reader.Integer("sliding_window", 1, kMaxPositions);
    config.initializer_range = reader.OptionalNumber("initializer_range", 0.0, 100.0).value_or(config.initializer_range);
    config.bos_token_id = ReadTokenId(reader, "bos_token_id");
    config.pad_token_id = ReadTokenId(reader, "pad_token_id");
    config.eos_token_ids = ReadTokenIds(reader, "eos_token_id");
    config.dtype = reader.StringOr("dtype", reader.StringOr("torch_dtype", config.dtype));
  });
  return config;
}

HfConfig LoadHfConfig(const std::string& dir) {
  const std::string path = dir + "/config.json";
  HfConfig config = ParseHfConfig(ReadFile(path), path);
  const std::string generation_path = dir + "/generation_config.json";
  std::error_code ignored;
  if (config.eos_token_ids.empty() && std::filesystem::exists(generation_path, ignored)) {
    const nlohmann::json generation = ParseJson(ReadFile(generation_path), generation_path);
    config.eos_token_ids = ReadTokenIds(Reader(generation, generation_path), "eos_token_id");
  }
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
  std::string text = file.dump(2) + "\n";
  ParseHfConfig(text, "config.json");  // never write what we would refuse
  return text;
}

std::string HfGenerationConfigJson(const HfConfig& config) {
  Json file = {{"_from_model_config", true}};
  if (config.bos_token_id.has_value()) file["bos_token_id"] = *config.bos_token_id;
  if (!config.eos_token_ids.empty()) file["eos_token_id"] = TokenIdsJson(config.eos_token_ids);
  if (config.pad_token_id.has_value()) file["pad_token_id"] = *config.pad_token_id;
  return file.dump(2) + "\n";
}

void SaveHfConfig(const HfConfig& config, const std::string& dir) {
  AtomicWriteFile(dir + "/config.json", HfConfigJson(config));
  AtomicWriteFile(dir + "/generation_config.json", HfGenerationConfigJson(config));
}

}  // namespace r1
