#include "server/openai/chains_writer.h"

#include <algorithm>
#include <utility>

namespace r1 {

ChainsWriter::ChainsWriter(ServerContext& context, ExchangePtr exchange, int64_t num_chains, std::unique_ptr<ChatWriter> inner)
    : context_(context), exchange_(std::move(exchange)), inner_(std::move(inner)), chains_(static_cast<size_t>(num_chains)) {}

void ChainsWriter::EndChoice(int64_t index, const std::string& finish_reason) {
  Chain& chain = At(index);
  chain.ended = true;
  if (chain.cancelled) return;
  chain.finish_reason = finish_reason;
  ChainEnded(index);
}

void ChainsWriter::Cancel(int64_t index) {
  Chain& chain = At(index);
  if (chain.ended || std::exchange(chain.cancelled, true)) return;
  for (const auto& record : exchange_->records()) context_.service.CancelChoice(record->ticket, index);
}

int64_t ChainsWriter::NumCancelled() const {
  return std::ranges::count_if(chains_, [](const Chain& chain) { return chain.cancelled; });
}

int64_t ChainsWriter::TokensSaved() const {
  int64_t tokens = 0, whole = 0, saved = 0;
  for (const Chain& chain : chains_) {
    if (!chain.ended || chain.cancelled) continue;
    tokens += chain.num_tokens;
    ++whole;
  }
  for (const Chain& chain : chains_)
    if (chain.cancelled && whole > 0) saved += std::max<int64_t>(0, tokens / whole - chain.num_tokens);
  return saved;
}

void ChainsWriter::Tell(int64_t index) {
  const Chain& chain = At(index);
  if (!chain.thinking.empty()) inner_->Thinking(0, chain.thinking);
  if (!chain.content.empty()) inner_->Content(0, chain.content);
  inner_->EndChoice(0, chain.finish_reason);
}

}  // namespace r1
