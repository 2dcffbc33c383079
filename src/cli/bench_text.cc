#include "cli/bench_text.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "checkpoint/model_files.h"
#include "convert/gguf_tokenizer_spec.h"
#include "text/stream_decoder.h"
#include "text/tokenizer.h"

namespace r1 {

TextBenchSummary BenchText(const std::string& path, const std::string& text, int samples,
                           const std::function<void(const TextBenchResult&)>& report) {
  Require(!text.empty(), "bench text: the text is empty");
  const auto median_seconds = [&](const std::function<void()>& work) {
    std::vector<double> seconds;
    for (int i = 0; i < samples; ++i) {
      ThrowIfInterrupted();
      const double begin = SteadySeconds();
      work();
      seconds.push_back(std::max(1e-9, SteadySeconds() - begin));
    }
    std::nth_element(seconds.begin(), seconds.begin() + samples / 2, seconds.end());
    return seconds[static_cast<size_t>(samples / 2)];
  };
  const auto bytes = static_cast<double>(text.size());
  double tokens = 0;
  const auto row = [&](const char* name, double seconds, double size) {
    report({name, seconds, size / seconds / 1e6, tokens / seconds});
  };

  std::unique_ptr<Tokenizer> tokenizer;
  const std::string gguf = FindGgufFile(path);
  const std::string file = !gguf.empty() ? gguf : std::filesystem::is_directory(path) ? path + "/tokenizer.json" : path;
  const double load_s = median_seconds([&] { tokenizer = std::make_unique<Tokenizer>(LoadModelTokenizer(path)); });
  std::error_code unknown;
  const auto file_bytes = std::filesystem::file_size(file, unknown);
  row("load", load_s, unknown ? 0 : static_cast<double>(file_bytes));
  std::vector<int32_t> ids;
  const double begin = SteadySeconds();
  ids = tokenizer->Encode(text);
  tokens = static_cast<double>(ids.size());
  row("encode, first time", SteadySeconds() - begin, bytes);
  row("encode", median_seconds([&] { ids = tokenizer->Encode(text); }), bytes);
  std::string decoded;
  row("decode", median_seconds([&] { decoded = tokenizer->Decode(ids); }), bytes);
  row("stream decode", median_seconds([&] {
        StreamDecoder stream(*tokenizer);
        size_t shown = 0;
        for (const int32_t id : ids) shown += stream.Push(id).size();
        shown += stream.Flush().size();
        Require(shown == decoded.size(), "bench text: the stream decoded to ", shown, " bytes, all at once to ", decoded.size());
      }),
      bytes);
  return {static_cast<int64_t>(text.size()), static_cast<int64_t>(ids.size()), decoded == text};
}

}  // namespace r1
