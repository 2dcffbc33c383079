// Tells the answer that most chains gave, once that is known; until then, how the vote stands.
//
// With early_stop the vote ends as soon as it is decided. The outcome is then that of the whole vote. The chain that is shown is
// the shortest that gave the answer, so chains that are still shorter than it run on until they are not: what is told does not
// depend on which of them happened to be ahead.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "server/consensus/consensus_request.h"
#include "server/consensus/vote.h"
#include "server/openai/chains_writer.h"

namespace r1 {

class ConsensusWriter final : public ChainsWriter {
 public:
  // tells_standing: also between the ends of chains. inner: tells one choice.
  ConsensusWriter(ServerContext& context, ExchangePtr exchange, const ConsensusRequest& request, bool tells_standing,
                  std::unique_ptr<ChatWriter> inner);

  void Token(int64_t chain, int32_t id) override;
  void Finish(const Usage& usage) override;
  void WhenChosen(std::function<void(int64_t)> next) override { next(Chosen()); }

 private:
  void ChainEnded(int64_t chain) override;
  void EndWhatCannotMatter();
  int64_t Chosen() const { return vote_.Speaker().value_or(0); }
  std::string StandingJson() const;

  ConsensusRequest request_;
  const bool tells_standing_;
  int64_t num_tokens_ = 0;  // of all chains
  Vote vote_;
};

}  // namespace r1
