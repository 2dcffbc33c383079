#include "server/consensus/consensus_writer.h"

#include <algorithm>
#include <utility>

#include "base/json_writer.h"

namespace r1 {
namespace {

constexpr int64_t kTokensBetweenStandings = 8;  // of a chain, on average

}  // namespace

ConsensusWriter::ConsensusWriter(ServerContext& context, ExchangePtr exchange, const ConsensusRequest& request, bool tells_standing,
                                 std::unique_ptr<ChatWriter> inner)
    : context_(context),
      exchange_(std::move(exchange)),
      request_(request),
      tells_standing_(tells_standing),
      inner_(std::move(inner)),
      vote_(request.k),
      chains_(static_cast<size_t>(request.k)) {}

void ConsensusWriter::Token(int64_t chain, int32_t /*id*/) {
  ++At(chain).num_tokens;
  if (tells_standing_ && ++num_tokens_ % (kTokensBetweenStandings * request_.k) == 0)
    inner_->TellProgress({"consensus", StandingJson()});
  EndWhatCannotMatter();
}

void ConsensusWriter::EndChoice(int64_t index, const std::string& finish_reason) {
  Chain& chain = At(index);
  chain.ended = true;
  if (chain.cancelled) return;
  chain.finish_reason = finish_reason;
  // What was cut off has not answered, whatever number it stopped at.
  vote_.Cast(index, finish_reason == "length" ? std::nullopt : request_.finder.Find(chain.content), chain.num_tokens);
  inner_->TellProgress({"consensus", StandingJson()});
  EndWhatCannotMatter();
}

void ConsensusWriter::EndWhatCannotMatter() {
  if (!request_.early_stop || !vote_.Decided()) return;
  const std::optional<int64_t> speaker = vote_.Speaker();
  if (!speaker) return;
  const int64_t shortest = At(*speaker).num_tokens;
  for (size_t i = 0; i < chains_.size(); ++i) {
    Chain& chain = chains_[i];
    if (chain.ended || chain.cancelled || chain.num_tokens < shortest) continue;
    chain.cancelled = true;
    for (const auto& record : exchange_->records()) context_.service.CancelChoice(record->ticket, static_cast<int64_t>(i));
  }
}

int64_t ConsensusWriter::NumCancelled() const {
  return std::count_if(chains_.begin(), chains_.end(), [](const Chain& chain) { return chain.cancelled; });
}

// An estimate: the chains that were ended would have become as long as the others on average.
int64_t ConsensusWriter::TokensSaved() const {
  int64_t tokens = 0, voted = 0, saved = 0;
  for (const Chain& chain : chains_) {
    if (!chain.ended || chain.cancelled) continue;
    tokens += chain.num_tokens;
    ++voted;
  }
  for (const Chain& chain : chains_)
    if (chain.cancelled && voted > 0) saved += std::max<int64_t>(0, tokens / voted - chain.num_tokens);
  return saved;
}

std::string ConsensusWriter::StandingJson() const {
  const auto ranking = vote_.Ranking();
  JsonWriter json;
  json.BeginObject().Field("k", request_.k).Key("answer");
  ranking.empty() ? json.Null() : json.Value(ranking.front().answer);
  json.Key("chain");
  ranking.empty() ? json.Null() : json.Value(*vote_.Speaker());
  json.Field("decided", vote_.Decided()).Field("margin", vote_.Margin()).Key("votes").BeginArray();
  int64_t votes = 0;
  for (const Vote::Group& group : ranking) {
    json.BeginObject().Field("answer", group.answer).Field("count", group.chains.size()).Key("chains").BeginArray();
    for (const int64_t chain : group.chains) json.Value(chain);
    json.EndArray().EndObject();
    votes += static_cast<int64_t>(group.chains.size());
  }
  json.EndArray().Field("finished", vote_.num_cast()).Field("no_answer", vote_.num_cast() - votes);
  json.Field("cancelled", NumCancelled());
  json.Key("tokens").BeginArray();
  for (const Chain& chain : chains_) json.Value(chain.num_tokens);
  json.EndArray().Field("tokens_saved", TokensSaved()).EndObject();
  return json.text();
}

void ConsensusWriter::Finish(const Usage& usage) {
  const Chain& chosen = At(Chosen());
  if (!chosen.thinking.empty()) inner_->Thinking(0, chosen.thinking);
  if (!chosen.content.empty()) inner_->Content(0, chosen.content);
  inner_->EndChoice(0, chosen.finish_reason);
  inner_->AddMember({"consensus", StandingJson()});
  Usage all = usage;
  all.consensus_samples = request_.k;
  all.consensus_cancelled = NumCancelled();
  all.consensus_tokens_saved = TokensSaved();
  inner_->Finish(all);
}

}  // namespace r1
