// Tells the answer that most chains gave, once that is known; until then, how the vote stands.
//
// With early_stop the vote ends as soon as it is decided. The outcome is then that of the whole vote. The chain that is shown is
// the shortest that gave the answer, so chains that are still shorter than it run on until they are not: what is told does not
// depend on which of them happened to be ahead.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/consensus/consensus_request.h"
#include "server/consensus/vote.h"
#include "server/openai/chat_writer.h"

namespace r1 {

class ConsensusWriter : public AnswerWriter {
 public:
  // tells_standing: also between the ends of chains. inner: tells one choice.
  ConsensusWriter(ServerContext& context, ExchangePtr exchange, const ConsensusRequest& request, bool tells_standing,
                  std::unique_ptr<ChatWriter> inner);

  void Begin() override { inner_->Begin(); }
  void Times(const RequestTimings& timings) override { inner_->Times(timings); }
  void Progress(const EngineService::Progress& progress) override { inner_->Progress(progress); }
  void Token(int64_t chain, int32_t id) override;
  void Thinking(int64_t chain, const std::string& text) override { At(chain).thinking += text; }
  void Content(int64_t chain, const std::string& text) override { At(chain).content += text; }
  void Call(int64_t, const std::string&) override {}       // tools are refused
  void Arguments(int64_t, const std::string&) override {}  // likewise
  void Logprob(int64_t, LoggedToken) override {}           // likewise
  void EndChoice(int64_t chain, const std::string& finish_reason) override;
  void Finish(const Usage& usage) override;
  void Fail(const ApiError& error) override { inner_->Fail(error); }
  int64_t Chosen() const override { return vote_.Speaker().value_or(0); }

 private:
  struct Chain {
    std::string thinking, content, finish_reason;
    int64_t num_tokens = 0;
    bool ended = false, cancelled = false;
  };
  Chain& At(int64_t chain) { return chains_[static_cast<size_t>(chain)]; }
  void EndWhatCannotMatter();
  int64_t NumCancelled() const;
  int64_t TokensSaved() const;
  std::string StandingJson() const;

  ServerContext& context_;
  ExchangePtr exchange_;
  ConsensusRequest request_;
  const bool tells_standing_;
  int64_t num_tokens_ = 0;  // of all chains
  std::unique_ptr<ChatWriter> inner_;
  Vote vote_;
  std::vector<Chain> chains_;
};

}  // namespace r1
