#include "checkpoint/generation_config.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "checkpoint/config_reader.h"

namespace r1 {

GenerationConfig ParseGenerationConfig(std::string_view text, std::string_view what) {
  const nlohmann::json file = ParseJson(text, what);
  const ConfigReader reader(file, std::string(what));
  GenerationConfig config;
  config.do_sample = reader.BoolOr("do_sample", false);
  config.temperature = reader.OptionalNumber("temperature", 0, 100);
  config.top_p = reader.OptionalNumber("top_p", 0, 1);
  config.min_p = reader.OptionalNumber("min_p", 0, 1);
  config.repetition_penalty = reader.OptionalNumber("repetition_penalty", 0, 100);
  config.top_k = reader.OptionalInteger("top_k", -1, ConfigReader::kMaxToken);
  if (config.top_k == -1) config.top_k = 0;  // vLLM's way to say that it is off
  // Not in (0, 1] it is no filter that could be meant.
  if (config.top_p == 0.0) config.top_p = std::nullopt;
  config.bos_token_id = reader.TokenId("bos_token_id");
  config.pad_token_id = reader.TokenId("pad_token_id");
  config.eos_token_ids = reader.TokenIds("eos_token_id");
  return config;
}

GenerationConfig LoadGenerationConfig(const std::string& dir) {
  const std::string path = dir + "/generation_config.json";
  std::error_code ignored;
  return std::filesystem::exists(path, ignored) ? ParseGenerationConfig(ReadFile(path), path) : GenerationConfig();
}

std::string GenerationConfigJson(const GenerationConfig& config) {
  nlohmann::ordered_json file = {{"_from_model_config", !config.do_sample}};
  const auto put = [&](const char* key, const auto& value) {
    if (value.has_value()) file[key] = *value;
  };
  put("bos_token_id", config.bos_token_id);
  if (config.eos_token_ids.size() == 1) file["eos_token_id"] = config.eos_token_ids[0];
  if (config.eos_token_ids.size() > 1) file["eos_token_id"] = config.eos_token_ids;
  put("pad_token_id", config.pad_token_id);
  if (config.do_sample) file["do_sample"] = true;
  put("temperature", config.temperature);
  put("top_p", config.top_p);
  put("top_k", config.top_k);
  put("min_p", config.min_p);
  put("repetition_penalty", config.repetition_penalty);
  std::string text = file.dump(2) + "\n";
  ParseGenerationConfig(text);  // never write what we would refuse
  return text;
}

}  // namespace r1
