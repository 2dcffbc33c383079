// libFuzzer: what a run's folder holds: up to the first zero byte state.toml of a checkpoint, after it the rollouts of a step.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/sha256.h"
#include "recipe/rollout_file.h"
#include "recipe/run_state.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const r1::ScratchFolder folder;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = std::min(input.find('\0'), input.size());
  folder.Write("state.toml", input.substr(0, cut));
  folder.Write("SHA256SUMS", r1::Sha256Hex(input.substr(0, cut)) + "  state.toml\n");
  folder.Write("step-000001.safetensors", input.substr(std::min(cut + 1, size)));
  try {
    r1::ReadRunState(r1::CheckpointReader::Open(folder.path()));
  } catch (const r1::Error&) {
  }
  try {
    r1::ReadRollouts(folder.path() + "/step-000001.safetensors", 2);
  } catch (const r1::Error&) {
  }
  return 0;
}
