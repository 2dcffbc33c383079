// Reading and writing tokenizer.json and the files beside it.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

using Json = nlohmann::ordered_json;  // keeps the order in which Hugging Face writes keys

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

std::vector<std::string> ReadVocab(const nlohmann::json& vocab, std::string_view what) {
  int32_t highest = -1;
  for (const auto& [token, id] : vocab.items()) highest = std::max(highest, TokenIdOf(id, what, token));
  std::vector<std::string> tokens(static_cast<size_t>(highest + 1));
  for (const auto& [token, id] : vocab.items()) {
    if (token.empty()) Fail(ErrorCode::kDataLoss, what, ": a token is empty");
    std::string& place = tokens[id.get<size_t>()];
    if (!place.empty())
      Fail(ErrorCode::kDataLoss, what, ": tokens ", place, " and ", token, " have the same id ", id.get<int64_t>());
    place = token;
  }
  return tokens;
}

std::vector<BpeMerge> ReadMerges(const nlohmann::json& merges, const std::vector<std::string>& tokens, std::string_view what) {
  std::unordered_map<std::string_view, int32_t> ids;
  ids.reserve(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i)
    if (!tokens[i].empty()) ids.emplace(tokens[i], static_cast<int32_t>(i));
  std::vector<BpeMerge> result;
  result.reserve(merges.size());
  for (const auto& merge : merges) {
    std::string left, right;
    if (merge.is_array() && merge.size() == 2) {
      left = merge[0].get<std::string>();
      right = merge[1].get<std::string>();
    } else {
      const auto& text = merge.get_ref<const std::string&>();
      const size_t space = text.find(' ');
      if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
        Fail(ErrorCode::kDataLoss, what, ": merge ", result.size(), " must be two tokens and one space, got \"", text, "\"");
      left = text.substr(0, space);
      right = text.substr(space + 1);
    }
    const auto id = [&](const std::string& token) {
      const auto found = ids.find(token);
      if (found == ids.end())
        Fail(ErrorCode::kDataLoss, what, ": merge ", result.size(), " (", left, " ", right, ") needs token ", token,
             ", which is not in vocab");
      return found->second;
    };
    const int32_t left_id = id(left), right_id = id(right);
    result.push_back({left_id, right_id, id(left + right)});
  }
  return result;
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

Json AddedTokenFlags(const AddedToken& token) {
  return {{"content", token.content}, {"single_word", token.single_word}, {"lstrip", token.lstrip},
          {"rstrip", token.rstrip},   {"normalized", token.normalized},   {"special", token.special}};
}

// The model's vocabulary as it must be written. Hugging Face ignores the ids of added_tokens: one that is in the vocabulary has its
// id there, any other gets the next id after the vocabulary. Where that would not be its id, the vocabulary must name it.
std::vector<std::string> WrittenVocab(const TokenizerSpec& spec) {
  std::map<int32_t, const AddedToken*> outside;
  for (const AddedToken& token : spec.added_tokens) {
    const auto i = static_cast<size_t>(token.id);
    if (i >= spec.tokens.size() || spec.tokens[i].empty()) outside[token.id] = &token;
  }
  auto next = static_cast<int32_t>(spec.tokens.size());
  bool in_sequence = std::none_of(spec.tokens.begin(), spec.tokens.end(), [](const std::string& t) { return t.empty(); });
  for (const auto& [id, token] : outside) in_sequence &= id == next++;
  std::vector<std::string> tokens = spec.tokens;
  if (in_sequence || outside.empty()) return tokens;
  tokens.resize(std::max(tokens.size(), static_cast<size_t>(outside.rbegin()->first) + 1));
  for (const auto& [id, token] : outside) tokens[static_cast<size_t>(id)] = token->content;
  return tokens;
}

std::string TokenizerJson(const TokenizerSpec& spec) {
  Json added = Json::array();
  std::vector<AddedToken> by_id = spec.added_tokens;  // ids after the vocabulary are given in the order of the rows
  std::stable_sort(by_id.begin(), by_id.end(), [](const AddedToken& a, const AddedToken& b) { return a.id < b.id; });
  for (const AddedToken& token : by_id) {
    Json row = {{"id", token.id}};
    row.update(AddedTokenFlags(token));
    added.push_back(std::move(row));
  }
  Json vocab = Json::object();
  // push_back on the underlying vector: ordered_json's operator[] searches linearly, which is quadratic here. Tokens are unique.
  auto& rows = vocab.get_ref<Json::object_t&>();
  const std::vector<std::string> tokens = WrittenVocab(spec);
  for (size_t id = 0; id < tokens.size(); ++id)
    if (!tokens[id].empty()) rows.push_back({tokens[id], id});
  Json merges = Json::array();
  for (const BpeMerge& merge : spec.merges)
    merges.push_back(spec.tokens[static_cast<size_t>(merge.left)] + " " + spec.tokens[static_cast<size_t>(merge.right)]);
  const Json file = {{"version", "1.0"},
                     {"truncation", nullptr},
                     {"padding", nullptr},
                     {"added_tokens", added},
                     {"normalizer", Json::parse(spec.normalizer_json)},
                     {"pre_tokenizer", Json::parse(spec.pre_tokenizer_json)},
                     {"post_processor", Json::parse(spec.post_processor_json)},
                     {"decoder", Json::parse(spec.decoder_json)},
                     {"model",
                      {{"type", "BPE"},
                       {"dropout", nullptr},
                       {"unk_token", spec.unk_token.empty() ? Json() : Json(spec.unk_token)},
                       {"continuing_subword_prefix", nullptr},
                       {"end_of_word_suffix", nullptr},
                       {"fuse_unk", false},
                       {"byte_fallback", false},
                       {"ignore_merges", spec.ignore_merges},
                       {"vocab", std::move(vocab)},
                       {"merges", std::move(merges)}}}};
  return file.dump(1) + "\n";
}

std::string TokenizerConfigJson(const TokenizerSpec& spec) {
  const auto token = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json decoder = Json::object();
  std::map<int32_t, const AddedToken*> by_id;
  for (const AddedToken& added : spec.added_tokens) by_id[added.id] = &added;
  for (const auto& [id, added] : by_id) decoder[std::to_string(id)] = AddedTokenFlags(*added);
  Json file = {{"tokenizer_class", "PreTrainedTokenizerFast"}, {"bos_token", token(spec.bos_token)},
               {"eos_token", token(spec.eos_token)},           {"pad_token", token(spec.pad_token)},
               {"unk_token", token(spec.unk_token)},           {"add_bos_token", spec.add_bos},
               {"added_tokens_decoder", std::move(decoder)},   {"clean_up_tokenization_spaces", false}};
  if (spec.model_max_length > 0) file["model_max_length"] = spec.model_max_length;
  if (!spec.chat_template.empty()) file["chat_template"] = spec.chat_template;
  return file.dump(2) + "\n";
}

std::string SpecialTokensMapJson(const TokenizerSpec& spec) {
  Json file = Json::object();
  if (!spec.bos_token.empty()) file["bos_token"] = spec.bos_token;
  if (!spec.eos_token.empty()) file["eos_token"] = spec.eos_token;
  if (!spec.pad_token.empty()) file["pad_token"] = spec.pad_token;
  if (!spec.unk_token.empty()) file["unk_token"] = spec.unk_token;
  return file.dump(2) + "\n";
}

}  // namespace

TokenizerSpec ParseTokenizerJson(std::string_view text, std::string_view what) {
  const nlohmann::json file = ParseJson(text, what);
  TokenizerSpec spec;
  ReadingJson(what, [&] {
    if (!file.is_object()) Fail(ErrorCode::kDataLoss, what, ": expected an object, got ", file.type_name());
    const auto& model = file.at("model");
    // Old files leave the type out; a BPE model has merges.
    if (const std::string type = Text(model, "type"); type != "BPE" && !(type.empty() && model.contains("merges")))
      Fail(ErrorCode::kInvalidArgument, what, ": model of type ", type.empty() ? "?" : type, " is not supported; expected BPE");
    Require(!Flag(model, "byte_fallback"), what, ": byte_fallback is not supported; expected byte-level BPE");
    Require(Text(model, "continuing_subword_prefix").empty() && Text(model, "end_of_word_suffix").empty(), what,
            ": continuing_subword_prefix and end_of_word_suffix are not supported");
    Require(!model.contains("dropout") || model.at("dropout").is_null() || model.at("dropout") == 0.0, what,
            ": dropout is not supported: the same text must give the same tokens");
    if (!model.at("vocab").is_object())
      Fail(ErrorCode::kDataLoss, what, ": vocab must be an object, got ", model.at("vocab").type_name());
    if (!model.at("merges").is_array())
      Fail(ErrorCode::kDataLoss, what, ": merges must be a list, got ", model.at("merges").type_name());
    spec.tokens = ReadVocab(model.at("vocab"), what);
    spec.merges = ReadMerges(model.at("merges"), spec.tokens, what);
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

std::vector<std::pair<std::string, std::string>> TokenizerFiles(const Tokenizer& tokenizer) {
  const TokenizerSpec& spec = tokenizer.spec();
  return {{"tokenizer.json", TokenizerJson(spec)},
          {"tokenizer_config.json", TokenizerConfigJson(spec)},
          {"special_tokens_map.json", SpecialTokensMapJson(spec)}};
}

void SaveTokenizer(const Tokenizer& tokenizer, const std::string& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) FailErrno("create", dir, error.value());
  for (const auto& [name, contents] : TokenizerFiles(tokenizer)) AtomicWriteFile(dir + "/" + name, contents);
}

}  // namespace r1
