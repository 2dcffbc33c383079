// The vocabulary of a GGUF file <-> a TokenizerSpec.
//
// GGUF says what the tokens are but hardly how text is cut: it names a way of pre-tokenizing, which llama.cpp knows by heart. The
// same names are known here, and stand for the sections that the models' own tokenizer.json files have, so that ids are those of
// Hugging Face, normalization included (llama.cpp itself leaves NFC out).
//   https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#tokenizer
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/tokenizer_spec.h"

namespace r1 {

enum class GgufTokenType : int32_t { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };

// The keys tokenizer.ggml.* and tokenizer.chat_template. Whoever reads or writes the file fills it in.
struct GgufVocabulary {
  std::string model;  // "gpt2": byte-level BPE by merges; "llama": SentencePiece BPE by scores, with byte fallback
  std::string pre;    // how text is cut, for "gpt2": "qwen2", "llama-bpe", "deepseek-v3", ...; "default" for "llama"
  std::vector<std::string> tokens;
  std::vector<GgufTokenType> types;                            // of each token; empty: all normal
  std::vector<float> scores;                                   // of each token, for "llama"
  std::vector<std::string> merges;                             // "a b", by rank, for "gpt2"
  int64_t bos_id = -1, eos_id = -1, pad_id = -1, unk_id = -1;  // -1: none
  bool add_bos = false, add_eos = false;
  bool add_space_prefix = true;  // for "llama": a text begins with a space
  std::string chat_template;     // Jinja source; "" if none
};

// Tokens of type unused are left out. Throws kInvalidArgument for a model or a way of cutting that is not known, naming those that
// are, and kDataLoss for parts that contradict each other.
TokenizerSpec ToTokenizerSpec(const GgufVocabulary& vocabulary);

// The reverse. vocab_size: the model's, if larger than the tokenizer's; ids without token become unused tokens [PAD..]. Throws
// kInvalidArgument for a tokenizer whose pre-tokenizer has no name in GGUF or that GGUF cannot express.
GgufVocabulary ToGgufVocabulary(const TokenizerSpec& spec, int64_t vocab_size = 0);

// The names that `pre` may have for "gpt2".
std::vector<std::string> KnownGgufPreTokenizers();

}  // namespace r1
