// Where the answer of a replay goes: to the comparison with its receipt.
#pragma once

#include <functional>
#include <vector>

#include "server/openai/answer_writer.h"
#include "server/receipt/receipt.h"
#include "server/server_context.h"

namespace r1 {

// {"object": "replay", "equal", "reason", "choices": [{"index", "equal", "tokens", "first_difference"}], "receipt", "usage"}.
class ReplayWriter final : public AnswerWriter {
 public:
  // on_end: the replay is over; for what ran beside it.
  ReplayWriter(ServerContext& context, ExchangePtr exchange, Receipt given, std::function<void()> on_end);

  void Begin() override {}
  void Token(int64_t choice, int32_t id) override { tokens_[static_cast<size_t>(choice)].push_back(id); }
  void Thinking(int64_t, const std::string&) override {}
  void Content(int64_t, const std::string&) override {}
  void Call(int64_t, const std::string&) override {}
  void Arguments(int64_t, const std::string&) override {}
  void Logprob(int64_t, LoggedToken) override {}
  void EndChoice(int64_t, const std::string&) override {}
  void TakeReceipt(const Receipt& ours) override { ours_ = ours; }
  void Finish(const Usage& usage) override;
  void Fail(const ApiError& error) override;

 private:
  ServerContext& context_;
  ExchangePtr exchange_;
  const Receipt given_;
  const std::function<void()> on_end_;
  Receipt ours_;
  std::vector<std::vector<int32_t>> tokens_;  // of each choice
};

// Why a receipt cannot be that of this request, without running it; "" if it can. Answers with it.
void RespondNotRun(const ServerContext& context, http::Exchange& exchange, const std::string& reason);

}  // namespace r1
