#include "server/openai/chat_response.h"

namespace r1 {
namespace {

void WriteHead(JsonWriter& json, const ResponseHead& head, const char* object) {
  json.BeginObject().Field("id", head.id).Field("object", object).Field("created", head.created).Field("model", head.model);
  json.Field("system_fingerprint", head.system_fingerprint);
}

void WriteUsage(JsonWriter& json, const Usage& usage) {
  json.Key("usage").BeginObject().Field("prompt_tokens", usage.prompt_tokens).Field("completion_tokens", usage.completion_tokens);
  json.Field("total_tokens", usage.prompt_tokens + usage.completion_tokens);
  json.Key("prompt_tokens_details").BeginObject().Field("cached_tokens", usage.cached_tokens).EndObject();
  json.Key("completion_tokens_details").BeginObject().Field("reasoning_tokens", usage.reasoning_tokens).EndObject();
  if (usage.consensus_samples > 0)
    json.Key("consensus")
        .BeginObject()
        .Field("samples", usage.consensus_samples)
        .Field("cancelled", usage.consensus_cancelled)
        .Field("tokens_saved", usage.consensus_tokens_saved)
        .EndObject();
  json.EndObject();
}

void WriteToken(JsonWriter& json, int32_t id, float logprob, const Tokenizer& tokenizer) {
  const std::string& bytes = tokenizer.TokenBytes(id);
  json.Field("token", bytes).Field("logprob", logprob).Key("bytes").BeginArray();
  for (const char c : bytes) json.Value(static_cast<int>(static_cast<unsigned char>(c)));
  json.EndArray();
}

}  // namespace

void WriteTokenLogprobs(JsonWriter& json, const std::vector<LoggedToken>& tokens, bool thinking, const Tokenizer& tokenizer) {
  json.BeginArray();
  for (const LoggedToken& token : tokens) {
    if (token.thinking != thinking) continue;
    json.BeginObject();
    WriteToken(json, token.token_id, token.logprob, tokenizer);
    json.Key("top_logprobs").BeginArray();
    for (const TokenLogprob& top : token.top) {
      json.BeginObject();
      WriteToken(json, top.token_id, top.logprob, tokenizer);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

namespace {

// Content and thinking apart: each list is aligned with its own text.
void WriteLogprobs(JsonWriter& json, const std::vector<LoggedToken>* tokens, const Tokenizer& tokenizer) {
  json.Key("logprobs");
  if (tokens == nullptr) {
    json.Null();
    return;
  }
  json.BeginObject().Key("content");
  WriteTokenLogprobs(json, *tokens, /*thinking=*/false, tokenizer);
  json.Key("refusal").Null().Key("reasoning_content");
  WriteTokenLogprobs(json, *tokens, /*thinking=*/true, tokenizer);
  json.EndObject();
}

void WriteCall(JsonWriter& json, const AnsweredCall& call, std::string_view arguments) {
  json.Field("id", call.id).Field("type", "function").Key("function").BeginObject().Field("name", call.name);
  json.Field("arguments", arguments).EndObject();
}

void WriteCalls(JsonWriter& json, const std::vector<AnsweredCall>& calls) {
  json.Key("tool_calls").BeginArray();
  for (const AnsweredCall& call : calls) {
    json.BeginObject();
    WriteCall(json, call, call.arguments);
    json.EndObject();
  }
  json.EndArray();
}

// As vLLM names them.
void WriteTokenIds(JsonWriter& json, const std::vector<int32_t>& token_ids) {
  json.Key("token_ids").BeginArray();
  for (const int32_t id : token_ids) json.Value(id);
  json.EndArray();
}

void BeginChunk(JsonWriter& json, const ResponseHead& head, int64_t choice) {
  WriteHead(json, head, "chat.completion.chunk");
  json.Key("choices").BeginArray().BeginObject().Field("index", choice).Key("delta").BeginObject();
}

// Why an answer is empty although nothing went wrong.
void WriteIncomplete(JsonWriter& json) {
  json.Key("incomplete_details").BeginObject().Field("reason", "max_tokens_in_thinking").EndObject();
}

std::string EndChunk(JsonWriter& json, std::string_view finish_reason, bool all_was_thinking = false) {
  json.Key("finish_reason");
  finish_reason.empty() ? json.Null() : json.Value(finish_reason);
  if (all_was_thinking) WriteIncomplete(json);
  json.EndObject().EndArray().Key("usage").Null().EndObject();
  return json.text();
}

}  // namespace

const char* OpenAiFinishReason(FinishReason reason) { return reason == FinishReason::kLength ? "length" : "stop"; }

std::string ChatCompletionJson(const ResponseHead& head, const std::vector<ChatChoice>& choices, const Usage& usage,
                               bool with_logprobs, const Tokenizer& tokenizer, const std::string& reasoning_field,
                               const std::vector<ExtraMember>& extra) {
  JsonWriter json;
  WriteHead(json, head, "chat.completion");
  json.Field("seed", head.seed).Key("choices").BeginArray();
  for (size_t i = 0; i < choices.size(); ++i) {
    const ChatChoice& choice = choices[i];
    json.BeginObject().Field("index", i).Key("message").BeginObject().Field("role", "assistant").Key("content");
    choice.content.empty() && !choice.tool_calls.empty() ? json.Null() : json.Value(choice.content);
    json.Key("refusal").Null();
    if (!choice.reasoning_content.empty()) json.Field(reasoning_field, choice.reasoning_content);
    if (!choice.tool_calls.empty()) WriteCalls(json, choice.tool_calls);
    json.EndObject();
    WriteLogprobs(json, with_logprobs ? &choice.logprobs : nullptr, tokenizer);
    if (!choice.token_ids.empty()) WriteTokenIds(json, choice.token_ids);
    json.Field("finish_reason", choice.finish_reason);
    if (choice.all_was_thinking()) WriteIncomplete(json);
    json.EndObject();
  }
  json.EndArray();
  WriteUsage(json, usage);
  for (const ExtraMember& member : extra) json.Key(member.name).Raw(member.json);
  json.EndObject();
  return json.text();
}

std::string ChatChunkRole(const ResponseHead& head, int64_t choice) {
  JsonWriter json;
  BeginChunk(json, head, choice);
  json.Field("role", "assistant").Key("content").Null().EndObject().Key("logprobs").Null().Key("finish_reason").Null();
  json.EndObject().EndArray().Key("usage").Null().Field("seed", head.seed).EndObject();
  return json.text();
}

std::string ChatChunkDelta(const ResponseHead& head, int64_t choice, const char* member, std::string_view text,
                           const std::vector<LoggedToken>* logprobs, const std::vector<int32_t>* token_ids,
                           const Tokenizer& tokenizer) {
  JsonWriter json;
  BeginChunk(json, head, choice);
  json.Field(member, text).EndObject();
  WriteLogprobs(json, logprobs, tokenizer);
  if (token_ids != nullptr) WriteTokenIds(json, *token_ids);
  return EndChunk(json, "");
}

std::string ChatChunkCall(const ResponseHead& head, int64_t choice, size_t index, const AnsweredCall& call) {
  JsonWriter json;
  BeginChunk(json, head, choice);
  json.Key("tool_calls").BeginArray().BeginObject().Field("index", index);
  WriteCall(json, call, "");
  json.EndObject().EndArray().EndObject().Key("logprobs").Null();
  return EndChunk(json, "");
}

std::string ChatChunkArguments(const ResponseHead& head, int64_t choice, size_t index, std::string_view piece) {
  JsonWriter json;
  BeginChunk(json, head, choice);
  json.Key("tool_calls").BeginArray().BeginObject().Field("index", index);
  json.Key("function").BeginObject().Field("arguments", piece).EndObject();
  json.EndObject().EndArray().EndObject().Key("logprobs").Null();
  return EndChunk(json, "");
}

std::string ChatChunkFinish(const ResponseHead& head, int64_t choice, std::string_view finish_reason, bool all_was_thinking,
                            const std::vector<int32_t>* token_ids) {
  JsonWriter json;
  BeginChunk(json, head, choice);
  json.EndObject().Key("logprobs").Null();
  if (token_ids != nullptr) WriteTokenIds(json, *token_ids);
  return EndChunk(json, finish_reason, all_was_thinking);
}

std::string ChatChunkExtra(const ResponseHead& head, const ExtraMember& member) {
  JsonWriter json;
  WriteHead(json, head, "chat.completion.chunk");
  json.Key("choices").BeginArray().EndArray().Key("usage").Null().Key(member.name).Raw(member.json).EndObject();
  return json.text();
}

std::string ChatChunkUsage(const ResponseHead& head, const Usage& usage, const ExtraMember* more) {
  JsonWriter json;
  WriteHead(json, head, "chat.completion.chunk");
  json.Key("choices").BeginArray().EndArray();
  WriteUsage(json, usage);
  if (more != nullptr) json.Key(more->name).Raw(more->json);
  json.EndObject();
  return json.text();
}

// The older form of logprobs: lists side by side.
static void WriteTextLogprobs(JsonWriter& json, const std::vector<TextToken>& tokens, const Tokenizer& tokenizer) {
  json.BeginObject().Key("tokens").BeginArray();
  for (const TextToken& token : tokens) json.Value(tokenizer.TokenBytes(token.token.token_id));
  json.EndArray().Key("token_logprobs").BeginArray();
  for (const TextToken& token : tokens) json.Value(token.token.logprob);
  json.EndArray().Key("top_logprobs").BeginArray();
  for (const TextToken& token : tokens) {
    json.BeginObject();
    for (const TokenLogprob& top : token.token.top) json.Field(tokenizer.TokenBytes(top.token_id), top.logprob);
    json.EndObject();
  }
  json.EndArray().Key("text_offset").BeginArray();
  for (const TextToken& token : tokens) json.Value(token.offset);
  json.EndArray().EndObject();
}

std::string CompletionJson(const ResponseHead& head, std::span<const TextChoice> choices, const Usage* usage, bool with_logprobs,
                           const Tokenizer& tokenizer) {
  JsonWriter json;
  WriteHead(json, head, "text_completion");
  json.Key("choices").BeginArray();
  for (const TextChoice& choice : choices) {
    json.BeginObject().Field("index", choice.index).Field("text", choice.text).Key("logprobs");
    if (with_logprobs)
      WriteTextLogprobs(json, choice.tokens, tokenizer);
    else
      json.Null();
    json.Key("finish_reason");
    choice.finish_reason.empty() ? json.Null() : json.Value(choice.finish_reason);
    json.EndObject();
  }
  json.EndArray();
  if (usage != nullptr)
    WriteUsage(json, *usage);
  else
    json.Key("usage").Null();
  json.EndObject();
  return json.text();
}

}  // namespace r1
