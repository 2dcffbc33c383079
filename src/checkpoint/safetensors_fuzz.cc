// libFuzzer: any bytes as a safetensors file. What is accepted is read to its last byte, so that a wrong bound is found by ASan.
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "checkpoint/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto owner = std::make_shared<std::string>(reinterpret_cast<const char*>(data), size);
  try {
    const auto file =
        r1::SafetensorsFile::FromBytes(owner, reinterpret_cast<const std::byte*>(owner->data()), owner->size(), "fuzz.safetensors");
    volatile uint8_t sink = 0;
    for (const auto& entry : file.entries()) {
      const r1::Tensor tensor = file.Get(entry.name);
      for (size_t i = 0; i < tensor.bytes(); ++i) sink = sink + static_cast<const uint8_t*>(tensor.raw())[i];
    }
  } catch (const r1::Error&) {
  }
  return 0;
}
