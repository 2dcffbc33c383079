// Answers of /v1/chat/completions, whole and in pieces, exactly as OpenAI's SDKs expect them.
//   https://github.com/openai/openai-openapi, schemas "CreateChatCompletionResponse" and "CreateChatCompletionStreamResponse"
// Thinking is message.reasoning_content (delta.reasoning_content), or how else the client calls it, never mixed into content.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "engine/completion.h"
#include "text/tokenizer.h"

namespace r1 {

// The members that all pieces of one answer share.
struct ResponseHead {
  std::string id;  // "chatcmpl-..."
  int64_t created = 0;
  std::string model, system_fingerprint;
  uint64_t seed = 0;
};

struct Usage {
  int64_t prompt_tokens = 0, completion_tokens = 0, reasoning_tokens = 0, cached_tokens = 0;
  int64_t consensus_samples = 0, consensus_cancelled = 0, consensus_tokens_saved = 0;  // chains; 0 samples: no vote
};

// One token as logprobs report it.
struct LoggedToken {
  int32_t token_id = 0;
  float logprob = 0;
  bool thinking = false;
  std::vector<TokenLogprob> top;
};

struct AnsweredCall {
  std::string id, name;   // id: "call_..."
  std::string arguments;  // JSON text
};

struct ChatChoice {
  std::string content, reasoning_content;
  std::vector<AnsweredCall> tool_calls;
  std::string finish_reason;  // OpenAI's words
  bool thought = false;       // whether or not that was to be told
  std::vector<LoggedToken> logprobs;
  std::vector<int32_t> token_ids;  // if they were asked for

  // max_tokens was used up before the answer began. Told in "incomplete_details", so that nobody takes it for an empty answer.
  bool all_was_thinking() const { return finish_reason == "length" && content.empty() && tool_calls.empty() && thought; }
};

// A member of our own beside OpenAI's.
struct ExtraMember {
  std::string name, json;
};

// "stop", "length", ...: what OpenAI calls it.
const char* OpenAiFinishReason(FinishReason reason);

std::string ChatCompletionJson(const ResponseHead& head, const std::vector<ChatChoice>& choices, const Usage& usage,
                               bool with_logprobs, const Tokenizer& tokenizer, const std::string& reasoning_field,
                               const std::vector<ExtraMember>& extra);

// The logprobs of those tokens that are thinking, or are not: a list of {"token", "logprob", "bytes", "top_logprobs"}.
void WriteTokenLogprobs(JsonWriter& json, const std::vector<LoggedToken>& tokens, bool thinking, const Tokenizer& tokenizer);

// The data of one server-sent event. token_ids: of the tokens since the last one; null: not asked for. The first chunk of a choice
// has its role and no text.
std::string ChatChunkRole(const ResponseHead& head, int64_t choice);
std::string ChatChunkDelta(const ResponseHead& head, int64_t choice, const char* member, std::string_view text,
                           const std::vector<LoggedToken>* logprobs, const std::vector<int32_t>* token_ids,
                           const Tokenizer& tokenizer);
// A call begins: its id and name, with arguments "". Then come pieces of its arguments. index: of the call, in its choice.
std::string ChatChunkCall(const ResponseHead& head, int64_t choice, size_t index, const AnsweredCall& call);
std::string ChatChunkArguments(const ResponseHead& head, int64_t choice, size_t index, std::string_view piece);
std::string ChatChunkFinish(const ResponseHead& head, int64_t choice, std::string_view finish_reason, bool all_was_thinking,
                            const std::vector<int32_t>* token_ids);
std::string ChatChunkExtra(const ResponseHead& head, const ExtraMember& member);  // no choice
// The usage, with one more member or null.
std::string ChatChunkUsage(const ResponseHead& head, const Usage& usage, const ExtraMember* more);

// An answer of /v1/completions, or one piece of it; usage: null for none.
struct TextToken {
  LoggedToken token;
  size_t offset;  // of its text in the choice's, in bytes
};
struct TextChoice {
  int64_t index = 0;
  std::string text, finish_reason;
  std::vector<TextToken> tokens;
};
std::string CompletionJson(const ResponseHead& head, std::span<const TextChoice> choices, const Usage* usage, bool with_logprobs,
                           const Tokenizer& tokenizer);

}  // namespace r1
