// What decided an answer and what it was, in a few hundred bytes: with it, /v1/replay can show that the same request still gives
// the same tokens and log-probabilities, to the bit. Version 1:
//   prompt.sha256        SHA-256 over the prompt's token ids, 32-bit little-endian integers
//   choices[i].sha256    SHA-256 over the completion: for each token its id, then the bits of its log-probability (f32), both
//                        32-bit little-endian
//   choices[i].trace     four base64 characters a token: the upper 24 bits of a running FNV-1a hash (64 bits) over the same bytes.
//                        It names the first token that differs; equality is what the SHA-256 says
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "engine/sampling_params.h"
#include "server/openai/json_object.h"

namespace r1 {

class JsonWriter;

struct ReceiptChoice {
  int64_t num_tokens = 0;
  std::string finish_reason;  // of FinishReasonName
  std::string sha256, trace;
  int64_t closed_at = -1;  // thinking tokens after which a caller asked for the answer (reasoning_end); -1: nobody did
};

struct Receipt {
  std::string program;         // "r1 0.1.0"
  std::string weights_sha256;  // over the model's files
  std::string arithmetic;      // what else the bits depend on: "weights file, kv f32"
  int64_t prompt_tokens = 0;
  std::string prompt_sha256;
  std::string sampling;  // JSON object: every parameter that decided, the seed that was used among them
  std::vector<ReceiptChoice> choices;

  void Write(JsonWriter& json) const;
  std::string Json() const;
};

// Throws ApiError 400 naming the member.
Receipt ParseReceipt(const JsonObject& object);

std::string Sha256OfTokens(std::span<const int32_t> token_ids);
// What decides beside SamplingParams.
struct SamplingContext {
  int64_t n = 1, max_length = 0;
  int64_t first_draw = 0;  // the number of the first token's random draw (Request::first_draw)
  std::span<const int32_t> end_token_ids;
  std::string form;  // what the answer has to follow, "" if nothing
};
std::string SamplingJson(const SamplingParams& sampling, const SamplingContext& context);

// Puts down a completion while it grows.
class ReceiptChoiceMaker {
 public:
  void Add(int32_t token_id, float logprob);
  ReceiptChoice Finish(std::string finish_reason);  // once

 private:
  Sha256 sha256_;
  uint64_t running_ = 0xcbf29ce484222325;  // FNV's offset basis
  ReceiptChoice choice_;
};

// One line that says why the two cannot have had the same answer, "" if nothing is known to be different: another prompt, other
// sampling.
std::string DifferentRequest(const Receipt& given, const Receipt& ours);
// The same for what computes: another program, other weights, other arithmetic.
std::string DifferentProgram(const Receipt& given, const Receipt& ours);
// The index of the first token that differs; the shorter's length if it only ends sooner. Empty if the traces agree.
std::optional<int64_t> FirstDifference(const ReceiptChoice& given, const ReceiptChoice& ours);

}  // namespace r1
