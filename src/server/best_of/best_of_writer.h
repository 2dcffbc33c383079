// Has every chain judged as it ends, and tells the one that server/best_of/selection.h chooses once nothing can change that; until
// then, a stream is told each verdict.
//
// With early_stop, chains end as soon as one of a lower index has passed. Chains of a lower index run on and may still win, so the
// outcome is that of the whole: neither load nor the order in which verdicts come shows in it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/best_of/best_of_request.h"
#include "server/best_of/selection.h"
#include "server/openai/chains_writer.h"

namespace r1 {

class BestOfWriter final : public ChainsWriter {
 public:
  // inner: tells one choice.
  BestOfWriter(ServerContext& context, ExchangePtr exchange, const BestOfRequest& request, std::unique_ptr<ChatWriter> inner);

  void Finish(const Usage& usage) override;
  void WhenChosen(std::function<void(int64_t)> next) override;

 private:
  struct Verdicts {
    std::vector<Judgement> of;  // by verifier; empty: not judged
    int64_t NumPassed() const;
  };

  void ChainEnded(int64_t chain) override;
  void Judged(int64_t chain, std::vector<Judgement> verdicts);
  void TellIfKnown();
  int64_t Chosen() const { return selection_.best().value_or(0); }
  std::string StandingJson() const;

  BestOfRequest request_;
  Selection selection_;
  std::vector<Verdicts> verdicts_;       // by chain
  std::atomic<int64_t> lowest_passing_;  // for the threads that judge; n if none has passed
  int64_t num_pending_ = 0;              // chains that ended and are being judged
  std::optional<Usage> usage_;           // once all have ended
  bool told_ = false;
  std::function<void(int64_t)> next_;
};

}  // namespace r1
