#include "server/openai/start_answer.h"

#include <algorithm>

#include "server/api_error.h"
#include "server/best_of/verdict_service.h"
#include "server/openai/chat_answer.h"
#include "server/submit.h"

namespace r1 {
namespace {

void AppendFork(const ServerContext& context, const ForkRequest& fork, std::vector<int32_t>& prompt) {
  const int64_t vocab = context.served.model.config().vocab_size;
  for (size_t i = 0; i < fork.token_ids.size(); ++i)
    if (fork.token_ids[i] >= vocab)
      throw InvalidRequest(StrCat("token ids must be below ", vocab, ", got ", fork.token_ids[i]),
                           StrCat("fork.token_ids[", i, "]"));
  prompt.insert(prompt.end(), fork.token_ids.begin(), fork.token_ids.end());
  const std::vector<int32_t> injected = context.served.tokenizer.Encode(fork.inject, {.parse_special = false});
  prompt.insert(prompt.end(), injected.begin(), injected.end());
}

// A model without a chat template was trained on single questions, and is asked the last message's.
void WarnOfUnasked(ChatCompletionRequest& request) {
  if (request.messages.size() > 1)
    request.warnings->push_back("messages before the last were ignored: the model has no chat template");
  if (!request.chat.tools_json.empty()) request.warnings->push_back("the prompt has no tools: the model has no chat template");
}

std::vector<int32_t> MakePrompt(const ServerContext& context, ChatCompletionRequest& request) {
  if (request.warnings && context.served.chat_template.empty()) WarnOfUnasked(request);
  std::vector<int32_t> prompt = context.served.encode_chat(request.messages, request.chat);
  // A form forbids a tag that the model would open its thinking with, in a family that always does.
  const bool binds = request.form.kind != OutputForm::Kind::kText || request.form.calls == OutputForm::Calls::kRequired;
  const bool always_thinks = !context.served.engine.config().reasoning_format.answer_open.empty();
  if (binds && always_thinks && request.sampling.EffectiveThinking() == ThinkingMode::kAuto && !request.chat.continue_final_message)
    request.sampling.thinking = ThinkingMode::kOn;
  context.served.engine.PreparePrompt(request.sampling, prompt);
  if (request.open_reasoning) {
    const std::vector<int32_t> begun = context.served.tokenizer.Encode(*request.open_reasoning, {.parse_special = false});
    prompt.insert(prompt.end(), begun.begin(), begun.end());
  }
  if (request.fork) AppendFork(context, *request.fork, prompt);
  if (request.open_reasoning || request.fork) request.sampling.thinking = ThinkingMode::kAuto;  // the prompt is as it should be
  return prompt;
}

CompiledForm CompileForm(const ServerContext& context, const OutputForm& form, const char* form_member) {
  try {
    return context.structured_output.Compile(form);
  } catch (const Error& error) {
    const bool of_tools = std::string_view(error.what()).starts_with("function ");
    const char* param = of_tools || (form.kind == OutputForm::Kind::kText && form.calls != OutputForm::Calls::kNone) ? "tools"
                        : form.kind == OutputForm::Kind::kGbnf                                                       ? "grammar"
                                                                                                                     : form_member;
    throw InvalidRequest(error.what(), param, "invalid_schema");
  }
}

}  // namespace

void CheckModel(const ServerContext& context, const std::string& model) {
  if (context.strict_model && !model.empty() && model != context.served.name)
    throw NotFound(StrCat("the model ", model, " does not exist; this server has ", context.served.name), "model_not_found");
}

void CheckSampling(const ServerContext& context, CompletionRequest& request) {
  ResolveTextBias(context.served.tokenizer, request);
  try {
    request.sampling.Validate(context.served.model.config().vocab_size);
  } catch (const Error& error) {  // "MEMBER must ..."
    const std::string_view what = error.what();
    throw InvalidRequest(std::string(what), std::string(what.substr(0, what.find(' '))));
  }
}

int64_t TokensWanted(CompletionRequest& request, int64_t room) {
  int64_t& most = request.sampling.max_tokens;
  if (!request.max_tokens_given && most > 0 && room > 0) most = std::min(most, room);
  return std::max<int64_t>(1, most);
}

PreparedAnswer PrepareOfAnyLength(const ServerContext& context, ChatCompletionRequest request) {
  CheckModel(context, request.model);
  CheckSampling(context, request);
  if (request.receipt && (request.consensus || request.best_of))
    throw InvalidRequest(
        "an answer that was chosen among chains has no receipt: where the others stop depends on how fast they run", "receipt",
        "unsupported_parameter");
  if (request.best_of) CheckRunsCode(*request.best_of, context.verdicts.code_judge() != nullptr);
  std::vector<int32_t> prompt = MakePrompt(context, request);
  CompiledForm form = CompileForm(context, request.form, request.form_member);
  return {std::move(request), std::move(prompt), std::move(form)};
}

PreparedAnswer PrepareAnswer(const ServerContext& context, ChatCompletionRequest request) {
  PreparedAnswer prepared = PrepareOfAnyLength(context, std::move(request));
  const int64_t length = static_cast<int64_t>(prepared.prompt.size()), most = context.service.max_length();
  const int64_t wanted = TokensWanted(prepared.request, most - length);
  if (length + wanted <= most) return prepared;
  ApiError error = ContextLengthExceeded(most, length, wanted);
  error.param = prepared.request.messages_member;
  throw error;
}

void SubmitAnswer(ServerContext& context, const ExchangePtr& exchange, PreparedAnswer prepared,
                  std::unique_ptr<AnswerWriter> writer) {
  if (prepared.request.resumable) exchange->KeepFor(context.streams);
  const auto answer = std::make_shared<ChatAnswer>(context, exchange, std::move(prepared.request), prepared.prompt,
                                                   std::move(prepared.form), std::move(writer));
  SubmitJob(context, exchange, answer->MakeJob(std::move(prepared.prompt)));
  answer->Begin();
}

void StartAnswer(ServerContext& context, const ExchangePtr& exchange, ChatCompletionRequest request,
                 const std::function<std::unique_ptr<AnswerWriter>(const ChatCompletionRequest&)>& make_writer) {
  PreparedAnswer prepared = PrepareAnswer(context, std::move(request));
  std::unique_ptr<AnswerWriter> writer = make_writer(prepared.request);
  SubmitAnswer(context, exchange, std::move(prepared), std::move(writer));
}

}  // namespace r1
