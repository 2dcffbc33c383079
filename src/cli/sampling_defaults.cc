#include "cli/sampling_defaults.h"

#include <type_traits>

namespace r1 {

void ApplySamplingDefaults(const GenerationConfig& model, const std::set<std::string>& given, SamplingParams* params) {
  if (!model.do_sample) return;
  auto apply = [&given](const char* field, const auto& says, auto* value) {
    using T = std::remove_pointer_t<decltype(value)>;
    if (says.has_value() && !given.contains(field)) *value = static_cast<T>(*says);
  };
  apply("temperature", model.temperature, &params->temperature);
  apply("top_p", model.top_p, &params->top_p);
  apply("top_k", model.top_k, &params->top_k);
  apply("min_p", model.min_p, &params->min_p);
  apply("repetition_penalty", model.repetition_penalty, &params->repetition_penalty);
}

}  // namespace r1
