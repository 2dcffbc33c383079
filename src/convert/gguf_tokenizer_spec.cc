#include "convert/gguf_tokenizer_spec.h"

#include "base/error.h"
#include "checkpoint/gguf.h"
#include "checkpoint/model_files.h"

namespace r1 {

GgufVocabulary ReadGgufVocabulary(const GgufMetadata& metadata) {
  GgufVocabulary v;
  const auto model = metadata.String("tokenizer.ggml.model");
  if (!model.has_value()) Fail(ErrorCode::kNotFound, metadata.what(), ": no tokenizer inside (tokenizer.ggml.model)");
  v.model = *model;
  v.pre = metadata.String("tokenizer.ggml.pre").value_or("");
  for (const std::string_view token : metadata.Strings("tokenizer.ggml.tokens")) v.tokens.emplace_back(token);
  for (const int64_t type : metadata.Integers("tokenizer.ggml.token_type")) {
    if (type < 1 || type > 6)
      Fail(ErrorCode::kDataLoss, metadata.what(), ": tokenizer.ggml.token_type must be in 1..6, got ", type);
    v.types.push_back(static_cast<GgufTokenType>(type));
  }
  v.scores = metadata.Floats("tokenizer.ggml.scores");
  for (const std::string_view merge : metadata.Strings("tokenizer.ggml.merges")) v.merges.emplace_back(merge);
  v.bos_id = metadata.Integer("tokenizer.ggml.bos_token_id").value_or(-1);
  v.eos_id = metadata.Integer("tokenizer.ggml.eos_token_id").value_or(-1);
  v.pad_id = metadata.Integer("tokenizer.ggml.padding_token_id").value_or(-1);
  v.unk_id = metadata.Integer("tokenizer.ggml.unknown_token_id").value_or(-1);
  // llama.cpp's defaults where a file does not say.
  v.add_bos = metadata.Bool("tokenizer.ggml.add_bos_token").value_or(v.model == "llama" || v.pre == "llama-bpe");
  v.add_eos = metadata.Bool("tokenizer.ggml.add_eos_token").value_or(false);
  v.add_space_prefix = metadata.Bool("tokenizer.ggml.add_space_prefix").value_or(true);
  v.chat_template = metadata.String("tokenizer.chat_template").value_or("");
  return v;
}

TokenizerSpec TokenizerSpecOfGguf(const GgufMetadata& metadata) {
  const GgufVocabulary v = ReadGgufVocabulary(metadata);
  const auto json = metadata.String("tokenizer.huggingface.json");
  if (!json.has_value()) return ToTokenizerSpec(v);
  TokenizerSpec spec = ParseTokenizerJson(*json, metadata.what() + ", tokenizer.huggingface.json");
  const auto token = [&](int64_t id) {
    return id >= 0 && id < static_cast<int64_t>(v.tokens.size()) ? v.tokens[static_cast<size_t>(id)] : std::string();
  };
  if (v.bos_id >= 0) spec.bos_token = token(v.bos_id);
  spec.eos_token = token(v.eos_id);
  spec.pad_token = token(v.pad_id);
  if (metadata.Has("tokenizer.ggml.add_bos_token")) spec.add_bos = v.add_bos;
  spec.chat_template = v.chat_template;
  return spec;
}

Tokenizer LoadModelTokenizer(const std::string& path) {
  const std::string gguf = FindGgufFile(path);
  if (gguf.empty()) return LoadTokenizer(path);
  try {
    return Tokenizer(TokenizerSpecOfGguf(GgufFile::Open(gguf).metadata()));
  } catch (const Error& e) {
    const std::string message = e.what();
    if (message.find(gguf) != std::string::npos) throw;
    throw Error(e.code(), gguf + ": " + message);
  }
}

}  // namespace r1
