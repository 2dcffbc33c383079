// libFuzzer: a model folder from somewhere: up to the first zero byte config.json, after it model.safetensors.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "model/load.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const r1::ScratchFolder folder;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  folder.Write("config.json", input.substr(0, cut));
  folder.Write("model.safetensors", input.substr(std::min(cut + 1, size)));
  try {
    r1::LoadModel(folder.path(), r1::Allocator::Create());
  } catch (const r1::Error&) {
  }
  return 0;
}
