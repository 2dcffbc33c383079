// Writing tokenizer.json and the files beside it.
#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

using Json = nlohmann::ordered_json;  // keeps the order in which Hugging Face writes keys

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
                       {"fuse_unk", spec.fuse_unk},
                       {"byte_fallback", spec.byte_fallback},
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
