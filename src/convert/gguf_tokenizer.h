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
  std::optional<int64_t> eos_token_id;  // the writer of generation settings sets it
  std::string warning;                  // for the user; may be empty
};

// Sets tokenizer.* from the folder's files, all but eos, and the whole of tokenizer.json as tokenizer.huggingface.json. Ids up to
// vocab_size that no token has become unused tokens. Warns where GGUF has no name for the way text is cut: llama.cpp then cuts in
// its default way (readers of tokenizer.huggingface.json, r1 among them, are not affected). Throws as LoadTokenizer does.
TokenizerMetadata SetTokenizerMetadata(GgufWriter& writer, const std::string& dir, int64_t vocab_size);

// The files of a folder, (name, contents), from such metadata: tokenizer.huggingface.json as it is, or one made
// of the vocabulary. Throws kInvalidArgument for a way of cutting text that is not known.
std::vector<std::pair<std::string, std::string>> TokenizerFilesOfGguf(const GgufMetadata& metadata);

}  // namespace r1
