#include "server/best_of/best_of_writer.h"

#include <algorithm>
#include <utility>

#include "base/json_writer.h"
#include "server/best_of/verdict_service.h"

namespace r1 {

int64_t BestOfWriter::Verdicts::NumPassed() const {
  return std::ranges::count_if(of, [](const Judgement& verdict) { return verdict.passed; });
}

BestOfWriter::BestOfWriter(ServerContext& context, ExchangePtr exchange, const BestOfRequest& request,
                           std::unique_ptr<ChatWriter> inner)
    : ChainsWriter(context, std::move(exchange), request.n, std::move(inner)),
      request_(request),
      selection_(request.n),
      verdicts_(static_cast<size_t>(request.n)),
      lowest_passing_(request.n) {}

void BestOfWriter::ChainEnded(int64_t chain) {
  // What was cut off has not answered, whatever a verifier would make of it.
  if (At(chain).cut_off())
    return Judged(chain, std::vector<Judgement>(request_.verifiers.size(), {false, "the answer was cut off"}));
  ++num_pending_;
  // The job owns this writer: ChatAnswer may be done with it when the verdict comes. A client that left needs no verdict.
  context().verdicts.Add([self = std::static_pointer_cast<BestOfWriter>(shared_from_this()), chain, answer = At(chain).content,
                          code_judge = context().verdicts.code_judge()] {
    if (self->exchange()->outcome().client_gone) return;
    std::vector<Judgement> verdicts;
    if (chain < self->lowest_passing_)
      for (const auto& verifier : self->request_.verifiers) verdicts.push_back(verifier->Judge(answer, code_judge));
    self->exchange()->Post([self, chain, verdicts = std::move(verdicts)]() mutable {
      --self->num_pending_;
      self->Judged(chain, std::move(verdicts));
    });
  });
}

void BestOfWriter::Judged(int64_t chain, std::vector<Judgement> verdicts) {
  if (told_) return;
  Verdicts& of_chain = verdicts_[static_cast<size_t>(chain)];
  of_chain.of = std::move(verdicts);
  if (!of_chain.of.empty()) {
    selection_.Judged(chain, of_chain.NumPassed(), static_cast<int64_t>(of_chain.of.size()));
    if (request_.early_stop && selection_.passing() == chain) {
      lowest_passing_ = chain;
      for (int64_t i = chain + 1; i < request_.n; ++i) Cancel(i);
    }
    inner().TellProgress({"best_of", StandingJson()});
  }
  TellIfKnown();
}

void BestOfWriter::Finish(const Usage& usage) {
  usage_ = usage;
  TellIfKnown();
}

void BestOfWriter::TellIfKnown() {
  if (told_ || !usage_) return;
  if (num_pending_ > 0 && !(request_.early_stop && selection_.decided())) return;
  told_ = true;
  Tell(Chosen());
  inner().AddMember({"best_of", StandingJson()});
  inner().Finish(*usage_);
  if (next_) next_(Chosen());
}

void BestOfWriter::WhenChosen(std::function<void(int64_t)> next) {
  if (told_)
    next(Chosen());
  else
    next_ = std::move(next);
}

std::string BestOfWriter::StandingJson() const {
  JsonWriter json;
  json.BeginObject().Field("n", request_.n).Key("chain");
  selection_.best() ? json.Value(*selection_.best()) : json.Null();
  json.Field("verified", selection_.passing().has_value()).Field("judged", selection_.num_judged());
  json.Field("cancelled", NumCancelled()).Key("chains").BeginArray();
  for (size_t i = 0; i < chains().size(); ++i) {
    const Chain& chain = chains()[i];
    const Verdicts& verdicts = verdicts_[i];
    json.BeginObject().Field("tokens", chain.num_tokens).Field("cancelled", chain.cancelled).Key("finish_reason");
    chain.finish_reason.empty() ? json.Null() : json.Value(chain.finish_reason);
    json.Key("score");  // the share of verifiers that it passed
    verdicts.of.empty() ? json.Null()
                        : json.Value(static_cast<double>(verdicts.NumPassed()) / static_cast<double>(verdicts.of.size()));
    json.Key("verdicts").BeginArray();
    for (size_t v = 0; v < verdicts.of.size(); ++v) {
      json.BeginObject().Field("type", request_.verifiers[v]->type()).Field("passed", verdicts.of[v].passed);
      json.Field("reason", verdicts.of[v].reason).EndObject();
    }
    json.EndArray().EndObject();
  }
  return json.EndArray().Field("tokens_saved", TokensSaved()).EndObject().text();
}

}  // namespace r1
