#include "eval/benchmark/completion_store.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_writer.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

void RequireSameSettings(const std::string& dir, const std::string& path, const std::string& wanted_text) {
  const json there = ParseJson(ReadFile(path), path), wanted = ParseJson(wanted_text, "settings");
  for (const auto& [key, value] : wanted.items()) {
    const json other = there.value(key, json());
    Require(other == value, dir, " holds another evaluation: ", key, " is ", other.dump(), " there and ", value.dump(),
            " here; --out chooses another folder, --restart begins anew");
  }
}

std::string Line(const BenchmarkCompletion& c) {
  JsonWriter json_line;
  json_line.BeginObject().Field("id", c.item_id).Field("sample", c.sample).Field("thinking", c.thinking).Field("reply", c.reply);
  json_line.Field("finish", c.finish).Field("tokens", c.tokens).Field("thinking_tokens", c.thinking_tokens).EndObject();
  return json_line.text() + "\n";
}

}  // namespace

CompletionStore::CompletionStore(std::string dir, const std::string& settings_json, bool restart) : dir_(std::move(dir)) {
  std::error_code error;
  fs::create_directories(dir_, error);
  if (error) FailErrno("create", dir_, error.value());
  const std::string settings = dir_ + "/settings.json", samples = dir_ + "/samples.jsonl";
  if (restart) {
    fs::remove(settings, error);
    fs::remove(samples, error);
  }
  if (fs::exists(settings)) {
    RequireSameSettings(dir_, settings, settings_json);
  } else {
    Require(!fs::exists(samples), dir_, " holds samples.jsonl without settings.json; --restart begins anew");
    AtomicWriteFile(settings, settings_json + "\n");
  }
  if (fs::exists(samples)) Read(samples);
  file_ = std::make_unique<AppendFile>(samples);
}

void CompletionStore::Read(const std::string& path) {
  const std::string text = ReadFile(path, size_t{1} << 36);
  size_t at = 0;
  for (size_t number = 1; at < text.size(); ++number) {
    const size_t end = text.find('\n', at);
    if (end == text.npos) break;  // cut off by a kill
    const std::string where = StrCat(path, ":", number);
    ReadingJson(where, [&] {
      const json line = ParseJson(std::string_view(text).substr(at, end - at), where);
      BenchmarkCompletion c;
      c.item_id = line.at("id");
      c.sample = line.at("sample");
      c.thinking = line.at("thinking");
      c.reply = line.at("reply");
      c.finish = line.at("finish");
      c.tokens = line.at("tokens");
      c.thinking_tokens = line.at("thinking_tokens");
      completions_[{c.item_id, c.sample}] = std::move(c);
    });
    at = end + 1;
  }
  if (at < text.size()) AppendFile(path).Truncate(at);
}

const BenchmarkCompletion& CompletionStore::Add(BenchmarkCompletion completion) {
  file_->Append(Line(completion));
  Key key{completion.item_id, completion.sample};
  return completions_[std::move(key)] = std::move(completion);
}

}  // namespace r1
