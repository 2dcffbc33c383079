// Makes the receipt of one request: what decided, when it begins, and each completion, when it ends.
#pragma once

#include <future>
#include <span>
#include <vector>

#include "engine/completion.h"
#include "server/openai/chat_request.h"
#include "server/receipt/receipt.h"
#include "server/server_context.h"

namespace r1 {

class ReceiptMaker {
 public:
  // prompt: as the engine runs it.
  ReceiptMaker(const ServerContext& context, const ChatCompletionRequest& request, std::span<const int32_t> prompt);

  // What is known before the answer: all but the weights and the choices.
  const Receipt& head() const { return receipt_; }
  void Add(int64_t choice, const Completion& completion);
  // Once, after the last choice. The first receipt of a server waits here for the weights' hash, seconds with a large model.
  Receipt Finish();

 private:
  std::shared_future<std::string> weights_sha256_;
  Receipt receipt_;
  int32_t think_open_id_ = -1;
};

}  // namespace r1
