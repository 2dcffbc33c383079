// Speed of a tokenizer on a text, in one thread: what `r1 bench text` prints.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace r1 {

struct TextBenchResult {
  std::string name;  // "load", "encode, first time", "encode", "decode", "stream decode"
  double seconds = 0;
  double megabytes_per_s = 0;  // of text; for load, of the file
  double tokens_per_s = 0;     // 0 where it means nothing
};

struct TextBenchSummary {
  int64_t bytes = 0, tokens = 0;
  bool round_trip = false;  // decoding gave the text back, byte for byte
};

// `tokenizer`: a model folder, a .gguf file or a tokenizer.json. Medians of `samples`. "first time" is a tokenizer that has seen no
// piece yet.
TextBenchSummary BenchText(const std::string& tokenizer, const std::string& text, int samples,
                           const std::function<void(const TextBenchResult&)>& report);

}  // namespace r1
