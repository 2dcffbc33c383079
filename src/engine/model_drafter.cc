#include "engine/model_drafter.h"

#include <algorithm>

#include "base/check.h"

namespace r1 {
namespace {

constexpr int64_t kPrefillTokens = 512;  // of a sequence in one pass
// A guess costs a pass of the small model, beside its row of the step.
constexpr float kWorthwhile = 0.4f;

}  // namespace

ModelDrafter::ModelDrafter(Runtime& runtime, const Model& model, int64_t num_blocks, int64_t vocab_size)
    : model_(model),
      vocab_size_(std::min(vocab_size, model.config().vocab_size)),
      blocks_(num_blocks, /*enable_prefix_cache=*/false),
      runner_(runtime, model, num_blocks) {}

void ModelDrafter::Forget(SequenceId id) {
  auto it = shadows_.find(id);
  if (it == shadows_.end()) return;
  blocks_.Release(it->second->sequence.block_table);
  shadows_.erase(it);
}

// Takes over the tokens that are new since the last draft, keeps what was computed of those guessed right, and makes room for the
// draft. false if there can be none.
bool ModelDrafter::Follow(Shadow& shadow, const Ask& ask) {
  Sequence& mine = shadow.sequence;
  const Sequence& real = *ask.sequence;
  if (!mine.params) {
    auto params = std::make_shared<SamplingParams>(*real.params);
    params->entropy = false;
    params->logprobs = 0;
    mine.params = std::move(params);
    mine.rng_key = real.rng_key;
    mine.first_draw = real.first_draw;
    mine.num_prompt_tokens = real.num_prompt_tokens;
  }
  const auto in_vocabulary = [this](int32_t id) { return id < vocab_size_; };
  if (!std::all_of(real.token_ids.begin() + static_cast<ptrdiff_t>(shadow.num_taken), real.token_ids.end(), in_vocabulary))
    return false;
  size_t same = std::min(shadow.num_taken, mine.token_ids.size());
  while (same < std::min(mine.token_ids.size(), real.token_ids.size()) && mine.token_ids[same] == real.token_ids[same]) ++same;
  mine.token_ids.resize(same);
  mine.token_ids.insert(mine.token_ids.end(), real.token_ids.begin() + static_cast<ptrdiff_t>(same), real.token_ids.end());
  shadow.num_taken = real.token_ids.size();
  mine.num_computed = std::min({mine.num_computed, static_cast<int64_t>(same), mine.length() - 1});
  const int64_t room = std::min(ask.most, model_.config().max_position_embeddings - mine.length());
  shadow.wanted = room <= 0 ? 0 : ask.sequence->pace.Length(kWorthwhile, room);
  if (shadow.wanted == 0) return false;
  // Sequences that do not decode now give their keys up, which only costs time.
  const auto grow = [&] { return blocks_.Grow(mine.block_table, mine.length() + shadow.wanted); };
  if (grow()) return true;
  for (auto& [id, other] : shadows_) {
    if (other.get() == &shadow || std::find(drafting_.begin(), drafting_.end(), other.get()) != drafting_.end()) continue;
    blocks_.Release(other->sequence.block_table);
    other->sequence.num_computed = 0;
  }
  return grow();
}

void ModelDrafter::Propose(std::span<const Ask> asks) {
  drafting_.clear();
  std::vector<Sequence*> reals;
  for (const Ask& ask : asks) {
    std::unique_ptr<Shadow>& shadow = shadows_[ask.sequence->id];
    if (!shadow) shadow = std::make_unique<Shadow>();
    if (!Follow(*shadow, ask)) continue;
    drafting_.push_back(shadow.get());
    reals.push_back(ask.sequence);
  }
  Prefill();
  std::vector<Shadow*> all = drafting_;
  while (!drafting_.empty()) {
    GuessOne();
    std::erase_if(drafting_, [](const Shadow* s) { return s->wanted == 0; });
  }
  for (size_t i = 0; i < all.size(); ++i) {
    const std::vector<int32_t>& ids = all[i]->sequence.token_ids;
    const auto drafted = ids.begin() + reals[i]->length();
    reals[i]->draft_ids.assign(drafted, std::find_if(drafted, ids.end(), [this](int32_t id) { return id >= vocab_size_; }));
  }
}

// Long beginnings in pieces, so that memory stays small.
void ModelDrafter::Prefill() {
  for (;;) {
    batch_.clear();
    for (Shadow* s : drafting_)
      if (s->sequence.num_uncomputed() > kPrefillTokens) batch_.push_back({&s->sequence, kPrefillTokens, false});
    if (batch_.empty()) return;
    runner_.Forward(batch_);
    for (const ScheduledSequence& scheduled : batch_) scheduled.sequence->num_computed += scheduled.num_tokens;
  }
}

// One more guess for every sequence that wants one.
void ModelDrafter::GuessOne() {
  batch_.clear();
  draws_.clear();
  for (Shadow* s : drafting_) {
    draws_.push_back({static_cast<int64_t>(draws_.size()), 1, &s->sequence});
    batch_.push_back({&s->sequence, s->sequence.num_uncomputed(), /*samples=*/true});
    --s->wanted;
  }
  const Tensor hidden = runner_.Forward(batch_);
  for (const ScheduledSequence& scheduled : batch_) scheduled.sequence->num_computed += scheduled.num_tokens;
  runner_.Sample(hidden, draws_, [](Sequence& sequence, SampledToken& token) {
    sequence.token_ids.push_back(token.token_id);
    return false;
  });
}

}  // namespace r1
