// What `r1 convert` and `r1 quantize` share: running the conversion with progress, and the table at its end.
#pragma once

#include <string>

#include "convert/convert.h"

namespace r1 {

struct ConvertFlags {
  std::string in, out, type;
  bool force = false, json = false;
  int threads = 0;
};

// Reads `in`, writes a .gguf file or a folder by the name of `out`, and prints sizes, bits per weight and the relative error of
// each element type. An empty type keeps the element types.
void RunConversion(const ConvertFlags& flags, const char* title);

}  // namespace r1
