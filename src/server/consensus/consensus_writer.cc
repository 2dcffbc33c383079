#include "server/consensus/consensus_writer.h"

#include <utility>

#include "base/json_writer.h"

namespace r1 {
namespace {

constexpr int64_t kTokensBetweenStandings = 8;  // of a chain, on average

}  // namespace

ConsensusWriter::ConsensusWriter(ServerContext& context, ExchangePtr exchange, const ConsensusRequest& request, bool tells_standing,
                                 std::unique_ptr<ChatWriter> inner)
    : ChainsWriter(context, std::move(exchange), request.k, std::move(inner)),
      request_(request),
      tells_standing_(tells_standing),
      vote_(request.k) {}

void ConsensusWriter::Token(int64_t chain, int32_t id) {
  ChainsWriter::Token(chain, id);
  if (tells_standing_ && ++num_tokens_ % (kTokensBetweenStandings * request_.k) == 0)
    inner().TellProgress({"consensus", StandingJson()});
  EndWhatCannotMatter();
}

void ConsensusWriter::ChainEnded(int64_t index) {
  const Chain& chain = At(index);
  vote_.Cast(index, chain.cut_off() ? std::nullopt : request_.finder.Find(chain.content), chain.num_tokens);
  inner().TellProgress({"consensus", StandingJson()});
  EndWhatCannotMatter();
}

void ConsensusWriter::EndWhatCannotMatter() {
  if (!request_.early_stop || !vote_.Decided()) return;
  const std::optional<int64_t> speaker = vote_.Speaker();
  if (!speaker) return;
  const int64_t shortest = At(*speaker).num_tokens;
  for (int64_t i = 0; i < request_.k; ++i)
    if (At(i).num_tokens >= shortest) Cancel(i);
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
  for (const Chain& chain : chains()) json.Value(chain.num_tokens);
  json.EndArray().Field("tokens_saved", TokensSaved()).EndObject();
  return json.text();
}

void ConsensusWriter::Finish(const Usage& usage) {
  Tell(Chosen());
  inner().AddMember({"consensus", StandingJson()});
  Usage all = usage;
  all.consensus_samples = request_.k;
  all.consensus_cancelled = NumCancelled();
  all.consensus_tokens_saved = TokensSaved();
  inner().Finish(all);
}

}  // namespace r1
