// libFuzzer: up to the first zero byte the manifest of a checkpoint folder, after it the index of its shards. The folder also holds
// "state.toml", 4 bytes, so that a manifest can be right.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "checkpoint/training_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const r1::ScratchFolder folder;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  folder.Write("state.toml", "a=1\n");
  folder.Write("SHA256SUMS", input.substr(0, cut));
  folder.Write("model.safetensors.index.json", input.substr(std::min(cut + 1, size)));
  try {
    const auto reader = r1::CheckpointReader::Open(folder.path());
    for (const auto& [name, sum] : reader.sha256()) reader.ReadText(name);
  } catch (const r1::Error&) {
  }
  try {
    r1::CheckpointTensors::Open(folder.path());
  } catch (const r1::Error&) {
  }
  return 0;
}
