// Settings of an engine: how much runs at once, in how much memory, and what is guessed ahead. None of them changes a single bit of
// any completion, but for weight_format and kv_dtype, which belong to the model's arithmetic: whoever loads the model applies them,
// and the engine checks that kv_dtype was.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "engine/scheduler.h"
#include "model/model_config.h"
#include "text/reasoning_parser.h"

namespace r1 {

enum class WeightFormat { kFile, kInt8 };
template <>
struct EnumNames<WeightFormat> {
  static constexpr EnumName<WeightFormat> kRows[] = {{WeightFormat::kFile, "file"}, {WeightFormat::kInt8, "int8"}};
};

enum class KvDtype { kAuto, kF32, kBF16, kQ8 };
template <>
struct EnumNames<KvDtype> {
  static constexpr EnumName<KvDtype> kRows[] = {
      {KvDtype::kAuto, "auto"}, {KvDtype::kF32, "f32"}, {KvDtype::kBF16, "bf16"}, {KvDtype::kQ8, "q8"}};
};

// Where guesses of the next tokens come from (engine/drafter.h).
enum class Speculation : uint8_t { kOff, kNgram, kDraft };
template <>
struct EnumNames<Speculation> {
  static constexpr EnumName<Speculation> kRows[] = {
      {Speculation::kOff, "off"}, {Speculation::kNgram, "ngram"}, {Speculation::kDraft, "draft"}};
};

struct EngineConfig {
  int64_t max_num_seqs = 256;
  int64_t max_num_batched_tokens = 4096;
  int64_t prefill_chunk = 0;
  int64_t kv_bytes = int64_t{1} << 30;
  int64_t num_blocks = 0;
  KvDtype kv_dtype = KvDtype::kAuto;
  WeightFormat weight_format = WeightFormat::kFile;
  bool enable_prefix_cache = true;
  Speculation speculation = Speculation::kOff;
  int64_t max_draft_tokens = 12;
  std::string draft_model;  // a folder, for whoever loads models; the engine takes the model itself
  // How thinking is marked. No setting, like eos_token_ids.
  ReasoningFormat reasoning_format;
  // Tokens that end a completion beside the model's own. No setting.
  std::vector<int32_t> eos_token_ids;

  static constexpr auto Fields() {
    using C = EngineConfig;
    return std::tuple{
        Field{"max_num_seqs", &C::max_num_seqs, "sequences that run at once"},
        Field{"max_num_batched_tokens", &C::max_num_batched_tokens, "tokens computed in one step, at least max_num_seqs"},
        Field{"prefill_chunk", &C::prefill_chunk, "most prompt tokens of one sequence in one step; 0 is as many as fit"},
        Field{"kv_bytes", &C::kv_bytes, "memory for keys and values at most; less is taken if the sequences cannot fill it"},
        Field{"num_blocks", &C::num_blocks, "blocks of 16 tokens in that memory; 0 is as many as kv_bytes allows"},
        Field{"kv_dtype", &C::kv_dtype,
              "keys and values: f32, bf16 (half the memory), q8 (a quarter); auto is f32 for a model in f32, else bf16"},
        Field{"weight_format", &C::weight_format,
              "of a model loaded to run: file (its own types) or int8 (rounded at load, 8 bits under scales of 128: faster, above "
              "all where the file has bf16 or f32, and less exact)"},
        Field{"enable_prefix_cache", &C::enable_prefix_cache, "use keys and values of equal prompt beginnings again"},
        Field{"speculation", &C::speculation,
              "guess tokens and check several at once, which changes none: ngram looks them up in the text so far, draft asks a "
              "smaller model"},
        Field{"max_draft_tokens", &C::max_draft_tokens, "most tokens guessed for a sequence in one step"},
        Field{"draft_model", &C::draft_model, "folder of a smaller model with the same tokenizer; turns on speculation = draft"},
    };
  }
  void Validate() const;  // throws kInvalidArgument naming the field
  // kv_dtype, where auto is `automatic`.
  KvType KvTypeOr(KvType automatic) const;
  // num_blocks, or what kv_bytes allows for this model. Throws kInvalidArgument if that is none.
  int64_t NumBlocksFor(const ModelConfig& model) const;
};

}  // namespace r1
