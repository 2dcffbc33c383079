// The completions of an evaluation as they come in, in a folder that survives Ctrl-C, kill and power cuts: the same command goes on
// where it stopped.
//   DIR/settings.json   what was asked for; another evaluation cannot be mixed into the folder
//   DIR/samples.jsonl   one completion a line, in the order of arrival
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/append_file.h"

namespace r1 {

struct BenchmarkCompletion {
  std::string item_id;
  int64_t sample = 0;           // 0 .. k-1
  std::string thinking, reply;  // the reply is what is judged
  std::string finish;           // "stop", "length", "loop", ...; "too_long": the prompt does not fit the context
  int64_t tokens = 0, thinking_tokens = 0;
};

class CompletionStore {
 public:
  // Makes `dir` or goes on in it. settings_json: one JSON object. Throws kInvalidArgument naming the first setting that differs
  // from those of the folder, unless `restart`, which forgets what is there. A line cut off by a kill is dropped.
  CompletionStore(std::string dir, const std::string& settings_json, bool restart);

  using Key = std::pair<std::string, int64_t>;  // item id, sample
  bool Has(const std::string& item_id, int64_t sample) const { return completions_.contains({item_id, sample}); }
  // The reference stays good for as long as the store lives.
  const BenchmarkCompletion& Add(BenchmarkCompletion completion);
  const std::map<Key, BenchmarkCompletion>& completions() const { return completions_; }
  const std::string& dir() const { return dir_; }

 private:
  void Read(const std::string& path);

  std::string dir_;
  std::map<Key, BenchmarkCompletion> completions_;
  std::unique_ptr<AppendFile> file_;
};

}  // namespace r1
