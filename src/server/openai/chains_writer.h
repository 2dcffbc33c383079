// Listens to several chains of thought that answer one question, keeps what they say, and in the end tells one of them as the
// answer. Which one, and which chains need not run on, is what the writers of consensus and best_of decide.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/openai/chat_writer.h"

namespace r1 {

class ChainsWriter : public AnswerWriter {
 public:
  // inner: tells one choice.
  ChainsWriter(ServerContext& context, ExchangePtr exchange, int64_t num_chains, std::unique_ptr<ChatWriter> inner);

  void Begin() override { inner_->Begin(); }
  void Times(const RequestTimings& timings) override { inner_->Times(timings); }
  void Progress(const EngineService::Progress& progress) override { inner_->Progress(progress); }
  void Token(int64_t chain, int32_t /*id*/) override { ++At(chain).num_tokens; }
  void Thinking(int64_t chain, const std::string& text) override { At(chain).thinking += text; }
  void Content(int64_t chain, const std::string& text) override { At(chain).content += text; }
  void Call(int64_t, const std::string&) override {}       // tools are refused
  void Arguments(int64_t, const std::string&) override {}  // likewise
  void Logprob(int64_t, LoggedToken) override {}           // likewise
  void EndChoice(int64_t chain, const std::string& finish_reason) final;
  void Fail(const ApiError& error) override { inner_->Fail(error); }

 protected:
  struct Chain {
    std::string thinking, content;
    std::string finish_reason;  // "" until it has ended by itself
    int64_t num_tokens = 0;
    bool ended = false, cancelled = false;
    bool cut_off() const { return finish_reason == "length"; }  // it has not answered
  };

  // A chain that nobody cancelled has ended.
  virtual void ChainEnded(int64_t chain) = 0;

  Chain& At(int64_t chain) { return chains_[static_cast<size_t>(chain)]; }
  const std::vector<Chain>& chains() const { return chains_; }
  ServerContext& context() { return context_; }
  const ExchangePtr& exchange() const { return exchange_; }
  ChatWriter& inner() { return *inner_; }

  void Cancel(int64_t chain);  // if it still runs
  int64_t NumCancelled() const;
  // An estimate: the chains that were cancelled would have become as long as the others on average.
  int64_t TokensSaved() const;
  // All of that chain's answer, as the only choice.
  void Tell(int64_t chain);

 private:
  ServerContext& context_;
  ExchangePtr exchange_;
  std::unique_ptr<ChatWriter> inner_;
  std::vector<Chain> chains_;
};

}  // namespace r1
