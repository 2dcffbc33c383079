#include "convert/gguf_tokenizer.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "convert/gguf_tokenizer_spec.h"

namespace r1 {
namespace {

enum TokenType : int32_t { kNormal = 1, kControl = 3, kUserDefined = 4, kUnused = 5 };  // llama.cpp's numbers

constexpr std::string_view kQwen2Pattern =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| "
    "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
constexpr std::string_view kLlama3Pattern =
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| "
    "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

// The regular expressions of all Split steps, and whether a ByteLevel step cuts by GPT-2's.
struct PreTokenizer {
  std::vector<std::string> patterns;
  bool gpt2 = false;
};

void Collect(const nlohmann::json& step, PreTokenizer& found) {
  if (!step.is_object()) return;
  const std::string type = step.value("type", "");
  if (type == "Sequence")
    for (const auto& inner : step.at("pretokenizers")) Collect(inner, found);
  if (type == "Split") found.patterns.push_back(step.at("pattern").value("Regex", ""));
  if (type == "ByteLevel") found.gpt2 |= step.value("use_regex", true);
}

// llama.cpp's name; nothing if it has none that cuts text the same way.
std::optional<std::string> PreTokenizerName(const nlohmann::json& tokenizer, bool has_deepseek_tokens) {
  PreTokenizer found;
  if (tokenizer.contains("pre_tokenizer")) Collect(tokenizer["pre_tokenizer"], found);
  if (found.patterns.empty()) return found.gpt2 ? std::optional<std::string>("gpt-2") : std::nullopt;
  if (found.patterns.size() == 1 && found.patterns[0] == kQwen2Pattern) return has_deepseek_tokens ? "deepseek-r1-qwen" : "qwen2";
  if (found.patterns.size() == 1 && found.patterns[0] == kLlama3Pattern) return "llama-bpe";
  if (found.patterns.size() == 3 && found.patterns[0] == "\\p{N}{1,3}" && has_deepseek_tokens) return "deepseek-v3";
  return std::nullopt;
}

struct Vocabulary {
  std::vector<std::string> tokens, merges;
  std::vector<int32_t> types;

  std::optional<uint32_t> Find(const std::string& token) const {
    for (size_t i = 0; i < tokens.size(); ++i)
      if (tokens[i] == token) return static_cast<uint32_t>(i);
    return std::nullopt;
  }
};

Vocabulary ReadVocabulary(const nlohmann::json& file, const std::string& path, int64_t vocab_size) {
  Vocabulary v;
  for (int64_t i = 0; i < vocab_size; ++i) v.tokens.push_back(StrCat("[PAD", i, "]"));
  v.types.assign(static_cast<size_t>(vocab_size), kUnused);
  const auto put = [&](const std::string& token, const nlohmann::json& id, int32_t type) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() >= static_cast<uint64_t>(vocab_size))
      Fail(ErrorCode::kDataLoss, path, ": token ", token, " has the id ", id.dump(), ", but the model has ", vocab_size, " tokens");
    v.tokens[id.get<size_t>()] = token;
    v.types[id.get<size_t>()] = type;
  };
  const auto& model = file.at("model");
  Require(model.value("type", "BPE") == "BPE" && !model.value("byte_fallback", false), path,
          ": only byte-level BPE tokenizers can be written to GGUF");
  for (const auto& [token, id] : model.at("vocab").items()) put(token, id, kNormal);
  if (const auto added = file.find("added_tokens"); added != file.end())
    for (const auto& token : *added)
      put(token.at("content"), token.at("id"), token.value("special", false) ? kControl : kUserDefined);
  for (const auto& merge : model.at("merges"))
    v.merges.push_back(merge.is_string() ? merge.get<std::string>()
                                         : StrCat(merge.at(0).get<std::string>(), " ", merge.at(1).get<std::string>()));
  return v;
}

// "bos_token": "<s>" or {"content": "<s>", ...}.
std::string TokenText(const nlohmann::json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->value("content", "");
}

constexpr struct {
  const char *key, *name;
} kSpecialTokens[] = {{"tokenizer.ggml.bos_token_id", "bos_token"},
                      {"tokenizer.ggml.eos_token_id", "eos_token"},
                      {"tokenizer.ggml.unknown_token_id", "unk_token"},
                      {"tokenizer.ggml.padding_token_id", "pad_token"}};

void SetSpecialTokens(GgufWriter& writer, const nlohmann::json& config, const Vocabulary& v, TokenizerMetadata& result) {
  for (const auto& row : kSpecialTokens) {
    const auto id = v.Find(TokenText(config, row.name));
    if (!id) continue;
    if (row.name == std::string_view("eos_token")) {
      result.eos_token_id = *id;
    } else {
      writer.SetU32(row.key, *id);
    }
  }
  for (const char* name : {"add_bos_token", "add_eos_token"})
    if (const auto found = config.find(name); found != config.end() && found->is_boolean())
      writer.SetBool(StrCat("tokenizer.ggml.", name), found->get<bool>());
}

}  // namespace

TokenizerMetadata SetTokenizerMetadata(GgufWriter& writer, const std::string& dir, int64_t vocab_size) {
  namespace fs = std::filesystem;
  const std::string path = dir + "/tokenizer.json", config_path = dir + "/tokenizer_config.json",
                    template_path = dir + "/chat_template.jinja";
  const std::string text = ReadFile(path);
  const nlohmann::json file = ParseJson(text, path);
  const nlohmann::json config = fs::exists(config_path) ? ParseJson(ReadFile(config_path), config_path) : nlohmann::json::object();
  TokenizerMetadata result;
  ReadingJson(path, [&] {
    const Vocabulary v = ReadVocabulary(file, path, vocab_size);
    const auto pre = PreTokenizerName(file, v.Find("<｜Assistant｜>").has_value());
    if (!pre) result.warning = "llama.cpp has no name for this pre-tokenizer and will cut text in its own way";
    writer.SetString("tokenizer.ggml.model", "gpt2");
    writer.SetString("tokenizer.ggml.pre", pre.value_or("default"));
    writer.SetStrings("tokenizer.ggml.tokens", v.tokens);
    writer.SetI32s("tokenizer.ggml.token_type", v.types);
    writer.SetStrings("tokenizer.ggml.merges", v.merges);
    SetSpecialTokens(writer, config, v, result);
  });
  writer.SetString("tokenizer.huggingface.json", text);
  std::error_code ignored;
  if (fs::exists(template_path, ignored)) {
    writer.SetString("tokenizer.chat_template", ReadFile(template_path));
  } else if (const auto found = config.find("chat_template"); found != config.end() && found->is_string()) {
    writer.SetString("tokenizer.chat_template", found->get<std::string>());
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> TokenizerFilesOfGguf(const GgufMetadata& metadata) {
  const auto json = metadata.String("tokenizer.huggingface.json");
  if (!json.has_value()) return TokenizerFiles(Tokenizer(TokenizerSpecOfGguf(metadata)));
  const std::vector<std::string_view> tokens = metadata.Strings("tokenizer.ggml.tokens");
  nlohmann::ordered_json config = {{"tokenizer_class", "PreTrainedTokenizerFast"}};
  for (const auto& row : kSpecialTokens)
    if (const auto id = metadata.Integer(row.key); id && *id >= 0 && *id < static_cast<int64_t>(tokens.size()))
      config[row.name] = tokens[static_cast<size_t>(*id)];
  for (const char* name : {"add_bos_token", "add_eos_token"})
    if (const auto value = metadata.Bool(StrCat("tokenizer.ggml.", name))) config[name] = *value;
  if (const auto text = metadata.String("tokenizer.chat_template")) config["chat_template"] = *text;
  std::string dumped;
  ReadingJson(metadata.what(), [&] { dumped = config.dump(2) + "\n"; });
  return {{"tokenizer.json", std::string(*json)}, {"tokenizer_config.json", dumped}};
}

}  // namespace r1
