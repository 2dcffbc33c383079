// Guesses change how fast tokens come and nothing else: every completion is compared, bit by bit, with the same request run alone
// and without guesses, over random parameters, thinking controls and stop texts, with each drafter and every shape of batch.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/engine_test_util.h"

namespace r1 {
namespace {

// Pulls the text towards a repeating one, so that it repeats itself often and not always. Has a state, as a grammar has.
class Nudge : public LogitsProcessor {
 public:
  Nudge(std::string text, float strength, bool in_thinking)
      : text_(std::move(text)), strength_(strength), in_thinking_(in_thinking) {}
  void Process(std::span<float> logits) override { logits[static_cast<uint8_t>(text_[next_ % text_.size()])] += strength_; }
  void Accept(int32_t) override { ++next_; }
  bool applies_in_thinking() const override { return in_thinking_; }

 private:
  std::string text_;
  float strength_;
  bool in_thinking_;
  size_t next_ = 0;
};

Request RandomRequest(uint64_t seed) {
  Rng rng(RngKey({61, seed}));
  Request r;
  r.prompt = RandomPrompt(rng.Between(1, 60), RngKey({62, seed % 7}));
  if (rng.Below(2)) r.prompt.push_back(kTestOpen);
  SamplingParams& p = r.params;
  p.seed = seed;
  p.entropy = rng.Below(2);
  p.max_tokens = rng.Between(1, 60);
  p.ignore_eos = rng.Below(2);
  p.temperature = rng.Below(3) ? rng.Uniform() * 1.5f + 0.1f : 0.0f;
  if (rng.Below(3) == 0) p.top_k = rng.Between(1, 40);
  if (rng.Below(3) == 0) p.top_p = 0.5f + 0.5f * rng.Uniform();
  if (rng.Below(4) == 0) p.frequency_penalty = rng.Uniform();
  if (rng.Below(4) == 0) p.repetition_penalty = 1 + rng.Uniform();
  p.logit_bias = {{kTestClose, 8 * rng.Uniform()}, {kTestOpen, 5 * rng.Uniform()}};
  if (rng.Below(3) == 0) p.stop = {"b", "cd", "\n"};
  if (rng.Below(4) == 0) p.stop_token_ids = {'e', '1'};
  p.stop_in_thinking = rng.Below(2);
  p.thinking = rng.Below(3) ? ThinkingMode::kAuto : rng.Below(2) ? ThinkingMode::kOn : ThinkingMode::kOff;
  if (rng.Below(2)) p.thinking_budget = rng.Between(p.thinking == ThinkingMode::kOn ? 1 : 0, 30);
  if (rng.Below(2)) p.answer_reserve = rng.Between(1, 20);
  if (rng.Below(2)) p.thinking_wrap_up = "\nTime is up.";
  if (rng.Below(2) && p.EffectiveThinking() != ThinkingMode::kOff)
    p.min_thinking_tokens = rng.Between(1, p.thinking_budget > 0 ? p.thinking_budget : 10);
  if (rng.Below(2)) p.loop_guard = rng.Between(8, 20);
  if (rng.Below(4) == 0)
    for (int64_t k = rng.Between(1, 4); k >= 0; --k) r.rng_keys.push_back(RngKey({seed, static_cast<uint64_t>(k)}));
  if (rng.Below(4)) {
    const std::string text = rng.Below(2) ? "abcdefgh" : "one 1 two 2 three 3; ";
    const float strength = 3 + 9 * rng.Uniform();
    const bool in_thinking = rng.Below(2);
    r.make_logits_processors = [=] {
      return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<Nudge>(text, strength, in_thinking)};
    };
  }
  return r;
}

class EngineSpeculationTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = TinyModel().release();
    ModelConfig small = TinyConfig();
    small.num_layers = 1;
    small_ = TinyModel(small).release();
    tokenizer_ = new Tokenizer(TagTokenizer());
    requests_ = new std::vector<Request>();
    for (uint64_t seed = 0; seed < 150; ++seed) requests_->push_back(RandomRequest(seed));
    expected_ = new std::vector<Completion>(Alone(*model_, *requests_, tokenizer_));
  }
  static void TearDownTestSuite() {
    delete expected_;
    delete requests_;
    delete tokenizer_;
    delete small_;
    delete model_;
  }
  static inline Model *model_ = nullptr, *small_ = nullptr;
  static inline Tokenizer* tokenizer_ = nullptr;
  static inline std::vector<Request>* requests_ = nullptr;
  static inline std::vector<Completion>* expected_ = nullptr;
};

TEST_F(EngineSpeculationTest, TheRequestsAreWorthComparing) {
  std::vector<int64_t> ends(7), reasons(4);
  for (const Completion& c : *expected_) {
    ++ends[static_cast<size_t>(c.thinking_end)];
    ++reasons[static_cast<size_t>(c.finish_reason)];
  }
  for (ThinkingEnd end : {ThinkingEnd::kNone, ThinkingEnd::kUnfinished, ThinkingEnd::kNatural, ThinkingEnd::kBudget,
                          ThinkingEnd::kReserve, ThinkingEnd::kLoop})
    EXPECT_GT(ends[static_cast<size_t>(end)], 1) << ThinkingEndName(end);
  for (FinishReason reason : {FinishReason::kStop, FinishReason::kLength, FinishReason::kLoop})
    EXPECT_GT(reasons[static_cast<size_t>(reason)], 2) << FinishReasonName(reason);
}

TEST_F(EngineSpeculationTest, GuessesChangeNoBit) {
  int64_t accepted = 0, rejected = 0, preemptions = 0, cached = 0;
  for (Speculation speculation : {Speculation::kOff, Speculation::kNgram, Speculation::kDraft}) {
    for (int64_t most : {1, 5, 12}) {
      if (speculation == Speculation::kOff && most > 1) continue;
      for (int64_t seats : {1, 6, 64}) {
        for (int64_t blocks : {512, 14}) {
          {
            const bool same_model = seats == 6;
            const int64_t tokens = blocks == 14 ? 64 : 256;
            EngineConfig config = Plain();
            config.speculation = speculation;
            config.max_draft_tokens = most;
            config.max_num_seqs = seats;
            config.num_blocks = blocks;
            config.max_num_batched_tokens = tokens;
            config.prefill_chunk = most == 5 ? 7 : 0;
            config.enable_prefix_cache = blocks == 14;
            const std::string how = StrCat("speculation ", EnumToString(speculation), ", most ", most, ", seats ", seats,
                                           ", blocks ", blocks, ", tokens ", tokens);
            Runtime runtime(seats == 6 ? 2 : 1);
            Engine engine(runtime, *model_, config, tokenizer_, same_model ? model_ : small_);
            ExpectSame(engine.Generate(*requests_), *expected_, how);
            EXPECT_EQ(engine.blocks().num_free_blocks(), blocks) << how;
            accepted += engine.stats().tokens_accepted;
            rejected += engine.stats().tokens_drafted - engine.stats().tokens_accepted;
            preemptions += engine.stats().num_preemptions;
            cached += engine.stats().tokens_cached;
          }
        }
      }
    }
  }
  EXPECT_GT(accepted, 5000);
  EXPECT_GT(rejected, 2000);
  EXPECT_GT(preemptions, 100);
  EXPECT_GT(cached, 1000);
}

TEST_F(EngineSpeculationTest, RequestsThatComeAndGoChangeNoBit) {
  for (uint64_t seed = 0; seed < 4; ++seed) {
    Rng rng(RngKey({72, seed}));
    EngineConfig config = Plain();
    config.max_num_seqs = 8;
    config.max_num_batched_tokens = 40;
    config.enable_prefix_cache = true;
    config.num_blocks = 24;
    config.speculation = seed % 2 ? Speculation::kDraft : Speculation::kNgram;
    Runtime runtime(2);
    Engine engine(runtime, *model_, config, tokenizer_, small_);
    std::vector<SequenceId> ids, noise;
    for (const Request& request : *requests_) {
      ids.push_back(engine.Submit(request));
      Request other = (*requests_)[rng.Below(requests_->size())];
      other.params.seed += 1000;
      noise.push_back(engine.Submit(other));
      for (int64_t s = rng.Between(0, 5); s > 0; --s) engine.Step();
      if (rng.Below(2)) engine.Cancel(noise[rng.Below(noise.size())]);
    }
    while (engine.HasWork()) engine.Step();
    std::vector<Completion> got;
    for (size_t i = 0; i < ids.size(); ++i)
      for (size_t k = 0; k < std::max<size_t>(1, (*requests_)[i].rng_keys.size()); ++k)
        got.push_back(std::move(*engine.Take(ids[i] + static_cast<SequenceId>(k))));
    ExpectSame(got, *expected_, StrCat("order ", seed));
    EXPECT_GT(engine.stats().tokens_accepted, 20);
  }
}

TEST_F(EngineSpeculationTest, ATextThatRepeatsItselfTakesAFractionOfTheSteps) {
  Runtime runtime(1);
  for (float temperature : {0.0f, 1.0f}) {
    EngineConfig config = Plain();
    config.speculation = Speculation::kNgram;
    Engine engine(runtime, *model_, config, tokenizer_);
    Request request = DictatedRequest("The same again. ");
    request.params.temperature = temperature;
    request.params.max_tokens = 150;
    const Completion c = engine.Generate({&request, 1}).front();
    EXPECT_EQ(c.token_ids.size(), 150u);
    EXPECT_LT(engine.stats().num_steps, 50);
    EXPECT_GT(c.num_accepted, 100);
    EXPECT_GE(c.num_drafted, c.num_accepted);
    EXPECT_EQ(c.num_drafted, engine.stats().tokens_drafted);
    EXPECT_EQ(c.num_accepted, engine.stats().tokens_accepted);
    EXPECT_EQ(c.num_verify_steps, engine.stats().num_verify_steps);
    EXPECT_EQ(engine.stats().num_steps + c.num_accepted, 150);  // a token for every step, and those guessed right
    EXPECT_EQ(engine.stats().tokens_decoded, 150);
    EXPECT_EQ(engine.stats().tokens_prefilled, 2);
  }
}

TEST_F(EngineSpeculationTest, ADraftOfTheSameModelIsAlwaysRightAtAnyTemperature) {
  Runtime runtime(1);
  for (float temperature : {0.0f, 1.0f}) {
    EngineConfig config = Plain();
    config.speculation = Speculation::kDraft;
    config.max_draft_tokens = 8;
    Engine engine(runtime, *model_, config, tokenizer_, model_);
    Request request;
    request.prompt = RandomPrompt(20, 1);
    request.params.temperature = temperature;
    request.params.top_p = 0.9f;
    request.params.max_tokens = 100;
    request.params.ignore_eos = true;
    const Completion c = engine.Generate({&request, 1}).front();
    EXPECT_EQ(c.num_accepted, c.num_drafted);
    EXPECT_LT(engine.stats().num_steps, 30);
  }
}

TEST_F(EngineSpeculationTest, AModelOfAnotherVocabularyOrAShorterContextStillGuesses) {
  ModelConfig other = TinyConfig();
  other.vocab_size = 300;
  other.num_layers = 1;
  ModelConfig narrow = TinyConfig();
  narrow.vocab_size = 130;
  narrow.max_position_embeddings = 40;
  Runtime runtime(1);
  for (const ModelConfig& config_of_draft : {other, narrow}) {
    const std::unique_ptr<Model> draft = TinyModel(config_of_draft);
    EngineConfig config = Plain();
    config.speculation = Speculation::kDraft;
    Engine engine(runtime, *model_, config, tokenizer_, draft.get());
    ExpectSame(engine.Generate(*requests_), *expected_, "another vocabulary");
    Request request = DictatedRequest("abc");  // in the vocabulary of both
    request.params.max_tokens = 30;
    engine.ResetStats();
    engine.Generate({&request, 1});
    EXPECT_GT(engine.stats().tokens_drafted, 0);
  }
}

TEST_F(EngineSpeculationTest, ATextWithoutRepetitionCostsNextToNoGuesses) {
  Runtime runtime(1);
  EngineConfig config = Plain();
  config.speculation = Speculation::kNgram;
  Engine engine(runtime, *model_, config, tokenizer_);
  std::vector<Request> requests(20);
  for (size_t i = 0; i < requests.size(); ++i) {
    requests[i].prompt = RandomPrompt(30, i);
    requests[i].params.seed = i;
    requests[i].params.max_tokens = 120;
    requests[i].params.ignore_eos = true;
    requests[i].params.temperature = 1.5f;
  }
  engine.Generate(requests);
  EXPECT_LT(engine.stats().tokens_drafted, 2400 / 20);
}

TEST_F(EngineSpeculationTest, DraftNeedsADraftModel) {
  Runtime runtime(1);
  EngineConfig config = Plain();
  config.speculation = Speculation::kDraft;
  EXPECT_THROW(Engine(runtime, *model_, config, tokenizer_), Error);
}

TEST(DraftPaceTest, LengthFollowsTheLuckAndFailureAsksSeldom) {
  DraftPace pace;
  for (int i = 0; i < 20; ++i) pace.Record(4, 4);
  EXPECT_EQ(pace.Length(0.25f, 12), 12);
  EXPECT_EQ(pace.Length(0.25f, 3), 3);
  EXPECT_EQ(pace.Length(0.25f, 0), 0);
  int64_t guesses = 0;
  for (int i = 0; i < 1000; ++i) {
    const int64_t n = pace.Length(0.25f, 12);
    guesses += n;
    if (n > 0) pace.Record(n, 0);
  }
  EXPECT_LT(guesses, 80);
  for (int i = 0; i < 200; ++i) {  // and comes back when the text begins to repeat
    const int64_t n = pace.Length(0.25f, 12);
    if (n > 0) pace.Record(n, n);
  }
  EXPECT_EQ(pace.Length(0.25f, 12), 12);
}

}  // namespace
}  // namespace r1
