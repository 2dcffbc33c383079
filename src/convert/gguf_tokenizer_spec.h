// The tokenizer inside a GGUF file.
#pragma once

#include <string>

#include "checkpoint/gguf_metadata.h"
#include "text/gguf_vocabulary.h"
#include "text/tokenizer.h"

namespace r1 {

// The keys tokenizer.ggml.* and tokenizer.chat_template as they are. Throws kDataLoss for values of the wrong type, kNotFound if
// the file holds no tokenizer.
GgufVocabulary ReadGgufVocabulary(const GgufMetadata& metadata);

// From tokenizer.huggingface.json, which some writers (r1 among them) put in whole; else by ToTokenizerSpec.
TokenizerSpec TokenizerSpecOfGguf(const GgufMetadata& metadata);

// The tokenizer of a model on disk: a folder with tokenizer.json, or a .gguf file, or a folder that holds one.
Tokenizer LoadModelTokenizer(const std::string& path);

}  // namespace r1
