#include "cli/sampling_defaults.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"

namespace r1 {

void ApplySamplingDefaults(const std::string& dir, const std::function<bool(const std::string& field)>& is_given,
                           SamplingParams* params) {
  const std::string path = dir + "/generation_config.json";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return;
  const nlohmann::json config = ParseJson(ReadFile(path), path);
  auto apply = [&](const char* field, auto* value) {
    const auto found = config.find(field);
    if (found == config.end() || found->is_null() || is_given(field)) return;
    if (!found->is_number()) Fail(ErrorCode::kDataLoss, path, ": ", field, " must be a number, got ", found->dump());
    found->get_to(*value);
  };
  if (!config.is_object()) Fail(ErrorCode::kDataLoss, path, ": expected an object, got ", config.type_name());
  apply("temperature", &params->temperature);
  apply("top_p", &params->top_p);
  apply("top_k", &params->top_k);
}

}  // namespace r1
