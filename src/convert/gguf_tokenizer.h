// A Hugging Face folder's tokenizer as GGUF metadata, and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/gguf_writer.h"

namespace r1 {

struct TokenizerMetadata {
  std::optional<int64_t> eos_token_id;  // what tokenizer_config.json names; the writer of generation settings sets it
  std::string warning;                  // for the user; may be empty
};

// Reads tokenizer.json, tokenizer_config.json and chat_template.jinja of the folder and sets tokenizer.*: tokens, types, merges,
// llama.cpp's name for the way text is cut, special tokens but eos, the chat template, and the whole of tokenizer.json under
// tokenizer.huggingface.json. Ids up to vocab_size that the file does not name become unused tokens. Warns where llama.cpp has no
// name for the pre-tokenizer: it then cuts text in its default way (readers of tokenizer.huggingface.json, r1 among them, are not
// affected). Throws kInvalidArgument for other models than byte-level BPE, kDataLoss for a malformed file.
TokenizerMetadata SetTokenizerMetadata(GgufWriter& writer, const std::string& dir, int64_t vocab_size);

// The files of a folder, (name, contents), from such metadata: tokenizer.huggingface.json as it is, or one made
// of the vocabulary. Throws kInvalidArgument for a way of cutting text that is not known.
std::vector<std::pair<std::string, std::string>> TokenizerFilesOfGguf(const GgufMetadata& metadata);

}  // namespace r1
