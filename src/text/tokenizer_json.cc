// Reading tokenizer.json and the files beside it.
//
// A vocabulary of 150,000 tokens is 7 MB of JSON, nearly all of it `vocab` and `merges`: those two are read without a tree.
#include <algorithm>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/json_scanner.h"
#include "text/token_table.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

constexpr int64_t kMaxTokens = 1 << 24;

bool Flag(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && !found->is_null() && found->get<bool>();
}

std::string Text(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
}

std::string Section(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? "null" : found->dump();
}

// tokenizer_config.json writes a special token as its text or as an object.
std::string TokenText(const nlohmann::json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return "";
  return found->is_object() ? found->at("content").get<std::string>() : found->get<std::string>();
}

int32_t TokenIdOf(const nlohmann::json& value, std::string_view what, std::string_view token) {
  if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() >= static_cast<double>(kMaxTokens))
    Fail(ErrorCode::kDataLoss, what, ": id of token ", token, " must be an integer in 0..", kMaxTokens - 1, ", got ", value.dump());
  return value.get<int32_t>();
}

std::vector<std::string> ReadVocab(std::string_view vocab, std::string_view what) {
  std::vector<std::string> tokens;
  JsonScanner scan(vocab, what);
  scan.Object([&](std::string_view token) {
    const std::string_view number = scan.Skip();
    int64_t id = -1;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), id);
    if (error != std::errc() || end != number.data() + number.size() || id < 0 || id >= kMaxTokens)
      Fail(ErrorCode::kDataLoss, what, ": id of token ", token, " must be an integer in 0..", kMaxTokens - 1, ", got ", number);
    if (token.empty()) Fail(ErrorCode::kDataLoss, what, ": a token is empty");
    const auto i = static_cast<size_t>(id);
    if (i >= tokens.size()) tokens.resize(i + 1);
    if (!tokens[i].empty()) Fail(ErrorCode::kDataLoss, what, ": tokens ", tokens[i], " and ", token, " have the same id ", id);
    tokens[i] = token;
  });
  scan.End();
  return tokens;
}

std::vector<BpeMerge> ReadMerges(std::string_view merges, const std::vector<std::string>& tokens, std::string_view what) {
  const TokenTable ids(tokens);
  std::vector<BpeMerge> result;
  result.reserve(tokens.size());
  std::string left, right;
  const auto id = [&](std::string_view token) {
    const int32_t found = ids.Find(token);
    if (found < 0)
      Fail(ErrorCode::kDataLoss, what, ": merge ", result.size(), " (", left, " ", right, ") needs token ", token,
           ", which is not in vocab");
    return found;
  };
  JsonScanner scan(merges, what);
  scan.Array([&] {
    if (scan.Peek() == '[') {
      int parts = 0;
      scan.Array([&] { (parts++ == 0 ? left : right) = scan.String(); });
      if (parts != 2) Fail(ErrorCode::kDataLoss, what, ": merge ", result.size(), " must be two tokens, got ", parts);
    } else {
      const std::string_view text = scan.String();
      const size_t space = text.find(' ');
      if (space == std::string_view::npos || text.find(' ', space + 1) != std::string_view::npos)
        Fail(ErrorCode::kDataLoss, what, ": merge ", result.size(), " must be two tokens and one space, got \"", text, "\"");
      left = text.substr(0, space);
      right = text.substr(space + 1);
    }
    const int32_t left_id = id(left), right_id = id(right);
    result.push_back({left_id, right_id, id(left += right)});
  });
  scan.End();
  return result;
}

// The file with the two large sections cut out, to be read as a tree.
struct FileParts {
  nlohmann::json rest;
  std::string_view vocab, merges;  // text; empty if missing
};

FileParts TakeApart(std::string_view text, std::string_view what) {
  FileParts parts;
  std::string rest = "{";
  const auto keep = [&](std::string_view key, std::string_view value) {
    if (rest.back() != '{') rest += ',';
    rest.append(nlohmann::json(key).dump()).append(":").append(value);
  };
  JsonScanner scan(text, what);
  scan.Object([&](std::string_view key) {
    if (key != "model" || scan.Peek() != '{') return keep(key, scan.Skip());
    keep(key, "{");
    scan.Object([&](std::string_view member) {
      const std::string_view value = scan.Skip();
      if (member == "vocab") {
        parts.vocab = value;
      } else if (member == "merges") {
        parts.merges = value;
      } else {
        keep(member, value);
      }
    });
    rest += '}';
  });
  scan.End();
  rest += '}';
  parts.rest = ParseJson(rest, what);
  return parts;
}

// Whether the post-processor puts the beginning-of-sequence token first: TemplateProcessing whose `single` starts with a special
// token.
std::string LeadingSpecialToken(const nlohmann::json& post_processor) {
  if (!post_processor.is_object()) return "";
  const std::string type = Text(post_processor, "type");
  if (type == "Sequence") {
    for (const auto& part : post_processor.at("processors"))
      if (std::string token = LeadingSpecialToken(part); !token.empty()) return token;
  }
  if (type == "TemplateProcessing") {
    const auto& single = post_processor.at("single");
    if (!single.empty() && single[0].contains("SpecialToken")) return single[0].at("SpecialToken").at("id").get<std::string>();
  }
  return "";
}

// Chat templates are one text, or a list of {name, template} of which "default" is meant.
std::string ReadChatTemplate(const nlohmann::json& config) {
  const auto found = config.find("chat_template");
  if (found == config.end() || found->is_null()) return "";
  if (found->is_string()) return found->get<std::string>();
  for (const auto& entry : *found)
    if (entry.at("name") == "default") return entry.at("template").get<std::string>();
  return "";
}

void ReadTokenizerConfig(std::string_view text, std::string_view what, TokenizerSpec* spec) {
  const nlohmann::json config = ParseJson(text, what);
  ReadingJson(what, [&] {
    if (!config.is_object()) Fail(ErrorCode::kDataLoss, what, ": expected an object, got ", config.type_name());
    if (std::string bos = TokenText(config, "bos_token"); !bos.empty()) spec->bos_token = bos;
    spec->eos_token = TokenText(config, "eos_token");
    spec->pad_token = TokenText(config, "pad_token");
    if (config.contains("add_bos_token") && !config.at("add_bos_token").is_null()) spec->add_bos = Flag(config, "add_bos_token");
    spec->chat_template = ReadChatTemplate(config);
    // Hugging Face writes 1e30 for "no limit".
    if (const auto found = config.find("model_max_length"); found != config.end() && found->is_number())
      if (const auto length = found->get<double>(); length >= 1 && length < 1e15)
        spec->model_max_length = static_cast<int64_t>(length);
  });
}

}  // namespace

TokenizerSpec ParseTokenizerJson(std::string_view text, std::string_view what) {
  const FileParts parts = TakeApart(text, what);
  const nlohmann::json& file = parts.rest;
  TokenizerSpec spec;
  ReadingJson(what, [&] {
    const auto& model = file.at("model");
    // Old files leave the type out; a BPE model has merges.
    if (const std::string type = Text(model, "type"); type != "BPE" && !(type.empty() && !parts.merges.empty()))
      Fail(ErrorCode::kInvalidArgument, what, ": model of type ", type.empty() ? "?" : type, " is not supported; expected BPE");
    Require(Text(model, "continuing_subword_prefix").empty() && Text(model, "end_of_word_suffix").empty(), what,
            ": continuing_subword_prefix and end_of_word_suffix are not supported");
    Require(!model.contains("dropout") || model.at("dropout").is_null() || model.at("dropout") == 0.0, what,
            ": dropout is not supported: the same text must give the same tokens");
    if (!parts.vocab.starts_with('{')) Fail(ErrorCode::kDataLoss, what, ": vocab must be an object");
    if (!parts.merges.starts_with('[')) Fail(ErrorCode::kDataLoss, what, ": merges must be a list");
    spec.tokens = ReadVocab(parts.vocab, what);
    spec.merges = ReadMerges(parts.merges, spec.tokens, what);
    spec.byte_fallback = Flag(model, "byte_fallback");
    spec.fuse_unk = Flag(model, "fuse_unk");
    spec.unk_token = Text(model, "unk_token");
    spec.ignore_merges = Flag(model, "ignore_merges");
    if (const auto added = file.find("added_tokens"); added != file.end() && !added->is_null()) {
      for (const auto& row : *added) {
        AddedToken token;
        token.content = row.at("content").get<std::string>();
        if (token.content.empty()) Fail(ErrorCode::kDataLoss, what, ": an added token is empty");
        token.id = TokenIdOf(row.at("id"), what, token.content);
        token.special = Flag(row, "special");
        token.lstrip = Flag(row, "lstrip");
        token.rstrip = Flag(row, "rstrip");
        token.single_word = Flag(row, "single_word");
        token.normalized = row.contains("normalized") ? Flag(row, "normalized") : !token.special;
        spec.added_tokens.push_back(std::move(token));
      }
    }
    spec.normalizer_json = Section(file, "normalizer");
    spec.pre_tokenizer_json = Section(file, "pre_tokenizer");
    spec.post_processor_json = Section(file, "post_processor");
    spec.decoder_json = Section(file, "decoder");
    spec.bos_token = LeadingSpecialToken(file.value("post_processor", nlohmann::json()));
    spec.add_bos = !spec.bos_token.empty();
  });
  return spec;
}

Tokenizer LoadTokenizer(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const bool is_dir = fs::is_directory(path, ignored);
  const std::string dir = is_dir ? path : ParentDir(path);
  const std::string file = is_dir ? path + "/tokenizer.json" : path;
  TokenizerSpec spec = ParseTokenizerJson(ReadFile(file), file);
  if (const std::string config = dir + "/tokenizer_config.json"; fs::exists(config, ignored))
    ReadTokenizerConfig(ReadFile(config), config, &spec);
  // transformers 5 keeps the template in a file of its own.
  if (const std::string chat = dir + "/chat_template.jinja"; fs::exists(chat, ignored)) spec.chat_template = ReadFile(chat);
  return Tokenizer(std::move(spec));
}

}  // namespace r1
