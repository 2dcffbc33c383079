#include "convert/gguf_tokenizer.h"

#include "base/error.h"
#include "convert/gguf_tokenizer_spec.h"

namespace r1 {
namespace {

constexpr const char* kHuggingFaceJson = "tokenizer.huggingface.json";

// The vocabulary, with the warning where the way of cutting has no name.
GgufVocabulary NamedVocabulary(const TokenizerSpec& spec, int64_t vocab_size, std::string& warning) {
  try {
    return ToGgufVocabulary(spec, vocab_size);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInvalidArgument) throw;
    TokenizerSpec plain = spec;
    plain.normalizer_json = "null";
    plain.pre_tokenizer_json = R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true})";
    GgufVocabulary v = ToGgufVocabulary(plain, vocab_size);
    v.pre = "default";
    warning = "GGUF has no name for this tokenizer's way of cutting text; llama.cpp will cut in its default way";
    return v;
  }
}

}  // namespace

TokenizerMetadata SetTokenizerMetadata(GgufWriter& writer, const std::string& dir, int64_t vocab_size) {
  const TokenizerSpec spec = LoadTokenizer(dir).spec();
  TokenizerMetadata result;
  const GgufVocabulary v = NamedVocabulary(spec, vocab_size, result.warning);
  Require(static_cast<int64_t>(v.tokens.size()) == vocab_size, dir, ": the tokenizer has ", v.tokens.size(),
          " tokens and the model ", vocab_size);
  writer.SetString("tokenizer.ggml.model", v.model);
  writer.SetString("tokenizer.ggml.pre", v.pre);
  writer.SetStrings("tokenizer.ggml.tokens", v.tokens);
  std::vector<int32_t> types;
  for (const GgufTokenType type : v.types) types.push_back(static_cast<int32_t>(type));
  writer.SetI32s("tokenizer.ggml.token_type", types);
  if (v.model == "llama") {
    writer.SetF32s("tokenizer.ggml.scores", v.scores);
    writer.SetBool("tokenizer.ggml.add_space_prefix", v.add_space_prefix);
  } else {
    writer.SetStrings("tokenizer.ggml.merges", v.merges);
  }
  const auto set_id = [&](const char* key, int64_t id) {
    if (id >= 0) writer.SetU32(key, static_cast<uint32_t>(id));
  };
  set_id("tokenizer.ggml.bos_token_id", v.bos_id);
  set_id("tokenizer.ggml.padding_token_id", v.pad_id);
  set_id("tokenizer.ggml.unknown_token_id", v.unk_id);
  if (v.eos_id >= 0) result.eos_token_id = v.eos_id;
  writer.SetBool("tokenizer.ggml.add_bos_token", v.add_bos);
  writer.SetBool("tokenizer.ggml.add_eos_token", v.add_eos);
  if (!v.chat_template.empty()) writer.SetString("tokenizer.chat_template", v.chat_template);
  writer.SetString(kHuggingFaceJson, ReadFile(dir + "/tokenizer.json"));
  return result;
}

std::vector<std::pair<std::string, std::string>> TokenizerFilesOfGguf(const GgufMetadata& metadata) {
  auto files = TokenizerFiles(Tokenizer(TokenizerSpecOfGguf(metadata)));
  if (const auto json = metadata.String(kHuggingFaceJson))
    for (auto& [name, contents] : files)
      if (name == "tokenizer.json") contents = *json;
  return files;
}

}  // namespace r1
