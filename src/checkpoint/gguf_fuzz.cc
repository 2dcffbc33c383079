// libFuzzer: any bytes as a GGUF file and as a model in one. What is accepted is read to its last byte, so that a wrong bound is
// found by ASan.
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "checkpoint/gguf_model.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto owner = std::make_shared<std::string>(reinterpret_cast<const char*>(data), size);
  const auto open = [&] {
    return r1::GgufFile::FromBytes(owner, reinterpret_cast<const std::byte*>(owner->data()), owner->size(), "fuzz.gguf");
  };
  volatile uint8_t sink = 0;
  const auto read = [&](const r1::Tensor& tensor) {
    for (size_t i = 0; i < tensor.bytes(); ++i) sink = sink + static_cast<const uint8_t*>(tensor.raw())[i];
  };
  try {
    const r1::GgufFile file = open();
    for (const auto& entry : file.entries()) read(file.Get(entry.name));
    for (const auto& [key, value] : file.metadata().values()) {
      for (const auto ask : {0, 1, 2, 3, 4, 5}) {
        try {
          if (ask == 0) file.metadata().Integer(key);
          if (ask == 1) file.metadata().Number(key);
          if (ask == 2) file.metadata().String(key);
          if (ask == 3) file.metadata().Strings(key);
          if (ask == 4) file.metadata().Integers(key);
          if (ask == 5) file.metadata().Floats(key);
        } catch (const r1::Error&) {
        }
      }
    }
    const r1::GgufModel model(open());
    for (const std::string& name : model.names()) read(model.Get(name));
  } catch (const r1::Error&) {
  }
  return 0;
}
