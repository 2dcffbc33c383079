#include "model/registry.h"

#include "base/error.h"
#include "model/families.h"

namespace r1 {
namespace {

constexpr ModelFamily kFamilies[] = {
    {"LlamaForCausalLM", "llama", kLlama, MakeLlama},
    {"Qwen2ForCausalLM", "qwen2", kQwen2, MakeQwen2},
    {"Qwen3ForCausalLM", "qwen3", kQwen3, MakeQwen3},
};

}  // namespace

std::span<const ModelFamily> ModelFamilies() { return kFamilies; }

const ModelFamily& FindModelFamily(std::string_view architecture) {
  std::string known;
  for (const ModelFamily& family : kFamilies) {
    if (architecture == family.architecture) return family;
    known += (known.empty() ? "" : ", ") + std::string(family.architecture);
  }
  Fail(ErrorCode::kInvalidArgument, "model architecture \"", architecture, "\" is not known; known are ", known);
}

}  // namespace r1
