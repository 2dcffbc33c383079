#include "server/receipt/receipt_maker.h"

#include <algorithm>

#include "base/json_writer.h"
#include "text/thinking_tags.h"

namespace r1 {
namespace {

// All that the answer has to follow, as text to be hashed; "" if nothing.
std::string FormText(const OutputForm& form) {
  if (form == OutputForm{}) return "";
  JsonWriter json;
  json.BeginObject().Field("kind", static_cast<int>(form.kind)).Field("source", form.source);
  json.Field("calls", static_cast<int>(form.calls)).Field("parallel_calls", form.parallel_calls).Key("functions").BeginArray();
  for (const ToolFunction& function : form.functions)
    json.BeginArray().Value(function.name).Value(function.parameters).Value(function.strict).EndArray();
  json.EndArray().EndObject();
  return json.text();
}

}  // namespace

ReceiptMaker::ReceiptMaker(const ServerContext& context, const ChatCompletionRequest& request, std::span<const int32_t> prompt)
    : weights_sha256_(context.served.weights_sha256()) {
  const Engine& engine = context.served.engine;
  think_open_id_ = ThinkingTags(context.served.tokenizer, engine.config().reasoning_format).open_id();
  receipt_ = {.program = context.served.build,
              .arithmetic = context.served.arithmetic,
              .prompt_tokens = static_cast<int64_t>(prompt.size()),
              .prompt_sha256 = Sha256OfTokens(prompt),
              .sampling = SamplingJson(request.sampling, {.n = request.n,
                                                          .max_length = engine.max_length(),
                                                          .first_draw = request.first_draw(),
                                                          .end_token_ids = engine.config().eos_token_ids,
                                                          .form = FormText(request.form)}),
              .choices = std::vector<ReceiptChoice>(static_cast<size_t>(request.n))};
}

void ReceiptMaker::Add(int64_t choice, const Completion& completion) {
  ReceiptChoiceMaker maker;
  for (size_t i = 0; i < completion.token_ids.size(); ++i) maker.Add(completion.token_ids[i], completion.logprobs[i]);
  ReceiptChoice& done = receipt_.choices[static_cast<size_t>(choice)];
  done = maker.Finish(FinishReasonName(completion.finish_reason));
  if (completion.thinking_end != ThinkingEnd::kRequested) return;
  // Thinking tokens before those that were forced, the tag that the model opened it with included.
  const auto& ids = completion.token_ids;
  const auto begin = completion.starts_in_thinking ? ids.begin() : std::find(ids.begin(), ids.end(), think_open_id_);
  done.closed_at = completion.forced_begin - (begin == ids.end() ? 0 : begin - ids.begin());
}

Receipt ReceiptMaker::Finish() {
  receipt_.weights_sha256 = weights_sha256_.get();
  return std::move(receipt_);
}

}  // namespace r1
