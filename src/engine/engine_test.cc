#include "engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "engine/engine_test_util.h"

namespace r1 {
namespace {

class EngineTest : public ::testing::Test {
 protected:
  EngineConfig Small() {
    EngineConfig config;
    config.max_num_seqs = 4;
    config.max_num_batched_tokens = 32;
    config.num_blocks = 40;
    return config;
  }
  Request Long(uint64_t seed, int64_t prompt = 20) {
    Request request;
    request.prompt = RandomPrompt(prompt, seed);
    request.params.seed = seed;
    request.params.max_tokens = 40;
    request.params.ignore_eos = true;
    return request;
  }
  void RunToEnd(Engine& engine) {
    while (engine.HasWork()) engine.Step();
    EXPECT_EQ(engine.blocks().num_free_blocks(), engine.blocks().num_blocks());
  }

  std::unique_ptr<Model> model_ = TinyModel();
  Runtime runtime_{2};
  Tokenizer tokenizer_ = ByteTokenizer();
};

TEST(EngineConfigTest, KvDtypeIsTheModelsAndHalvesOrQuartersTheMemory) {
  ModelConfig tiny = TinyConfig();
  EngineConfig config;
  config.kv_bytes = 1 << 20;
  config.max_num_seqs = 4096;
  const int64_t f32_blocks = config.NumBlocksFor(tiny);
  tiny.kv_type = KvType::kBF16;
  EXPECT_EQ(config.NumBlocksFor(tiny), 2 * f32_blocks);
  tiny.head_dim = 128;
  tiny.kv_type = KvType::kQ8;
  const auto q8_blocks = static_cast<double>(config.NumBlocksFor(tiny));
  tiny.kv_type = KvType::kF32;
  EXPECT_NEAR(q8_blocks, 4 / 1.0625 * static_cast<double>(config.NumBlocksFor(tiny)), 4);

  EXPECT_EQ(config.KvTypeOr(KvType::kBF16), KvType::kBF16);
  config.kv_dtype = KvDtype::kQ8;
  EXPECT_EQ(config.KvTypeOr(KvType::kBF16), KvType::kQ8);
  const std::unique_ptr<Model> model = TinyModel();
  Runtime runtime(1);
  try {
    Engine engine(runtime, *model, config);
    FAIL();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "kv_dtype is q8 but the model computes in f32");
  }
  model->SetKvType(KvType::kQ8);
  Engine engine(runtime, *model, config);
}

TEST_F(EngineTest, EndsAtMaxTokensAndAtTheContext) {
  Engine engine(runtime_, *model_, Small());
  Request request = Long(1);
  request.params.max_tokens = 1;
  Completion c = engine.Generate({&request, 1}).front();
  EXPECT_EQ(c.token_ids.size(), 1u);
  EXPECT_EQ(c.finish_reason, FinishReason::kLength);
  EXPECT_EQ(c.num_prompt_tokens, 20);
  request.params.max_tokens = 0;
  c = engine.Generate({&request, 1}).front();
  EXPECT_EQ(c.token_ids.size(), 140u);  // max_position_embeddings is 160
  EXPECT_EQ(c.finish_reason, FinishReason::kLength);
  for (const int64_t most : {int64_t{1000}, std::numeric_limits<int64_t>::max()}) {
    request.params.max_tokens = most;
    EXPECT_EQ(engine.Generate({&request, 1}).front().token_ids.size(), 140u) << most;
  }
}

TEST_F(EngineTest, AFullCacheOfOneSequenceIsUsedToItsLastSlot) {
  EngineConfig config = Small();
  config.num_blocks = 3;
  Engine engine(runtime_, *model_, config);
  EXPECT_EQ(engine.max_length(), 49);
  Request request = Long(1);
  request.params.max_tokens = 29;
  EXPECT_EQ(engine.Generate({&request, 1}).front().token_ids.size(), 29u);
  request.params.max_tokens = 0;
  EXPECT_EQ(engine.Generate({&request, 1}).front().token_ids.size(), 29u);
}

TEST_F(EngineTest, SubmitRefusesWhatCannotRun) {
  EngineConfig config = Small();
  config.num_blocks = 3;
  Engine engine(runtime_, *model_, config);
  auto message = [&](const Request& request) -> std::string {
    try {
      engine.Submit(request);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ErrorCode::kInvalidArgument);
      EXPECT_FALSE(engine.HasWork());
      return e.what();
    }
    return "accepted";
  };
  Request request;
  EXPECT_NE(message(request).find("empty"), std::string::npos);
  request.prompt = {1, 256};
  EXPECT_NE(message(request).find("0..255, got 256"), std::string::npos);
  request.prompt = RandomPrompt(49, 1);
  EXPECT_NE(message(request).find("49"), std::string::npos);
  request.prompt = RandomPrompt(20, 1);
  request.params.max_tokens = 30;
  EXPECT_NE(message(request).find("room for 49 tokens"), std::string::npos);
  request.params.max_tokens = 5;
  request.params.stop = {"x"};
  EXPECT_NE(message(request).find("tokenizer"), std::string::npos);
  request.params.stop = {};
  request.params.top_p = 2;
  EXPECT_NE(message(request).find("top_p"), std::string::npos);
}

TEST_F(EngineTest, ConfigErrorsNameTheField) {
  for (auto [change, name] : std::vector<std::pair<void (*)(EngineConfig&), std::string>>{
           {[](EngineConfig& c) { c.max_num_seqs = 0; }, "max_num_seqs"},
           {[](EngineConfig& c) { c.max_num_batched_tokens = 3; }, "max_num_batched_tokens"},
           {[](EngineConfig& c) { c.prefill_chunk = -1; }, "prefill_chunk"},
           {[](EngineConfig& c) { c.num_blocks = 0, c.kv_bytes = 100; }, "kv_bytes"}}) {
    EngineConfig config = Small();
    change(config);
    try {
      Engine engine(runtime_, *model_, config);
      ADD_FAILURE() << name;
    } catch (const Error& e) {
      EXPECT_EQ(std::string(e.what()).rfind(name, 0), 0u) << e.what();
    }
  }
}

TEST_F(EngineTest, EndAndStopTokensEndACompletion) {
  EngineConfig config = Small();
  config.eos_token_ids = {'E'};
  Engine engine(runtime_, *model_, config, &tokenizer_);
  auto run = [&](const std::string& text, auto change) {
    Request request = DictatedRequest(text);
    request.params.max_tokens = 10;
    change(request.params);
    return engine.Generate({&request, 1}).front();
  };
  Completion c = run(std::string("abc") + static_cast<char>(kTestEos) + "def", [](SamplingParams&) {});
  EXPECT_EQ(c.token_ids, (std::vector<int32_t>{'a', 'b', 'c', kTestEos}));
  EXPECT_EQ(c.stop_token_id, kTestEos);
  EXPECT_EQ(c.finish_reason, FinishReason::kStop);
  EXPECT_EQ(run("abEcd", [](SamplingParams&) {}).stop_token_id, 'E');
  c = run("abEcd", [](SamplingParams& p) { p.ignore_eos = true; });
  EXPECT_EQ(c.token_ids.size(), 10u);
  EXPECT_EQ(c.finish_reason, FinishReason::kLength);
  c = run("abEcd", [](SamplingParams& p) { p.ignore_eos = true, p.stop_token_ids = {'d'}; });
  EXPECT_EQ(c.stop_token_id, 'd');
  EXPECT_EQ(c.token_ids.size(), 5u);
}

TEST_F(EngineTest, StopTextsEndACompletionAndNeverLeak) {
  Engine engine(runtime_, *model_, Small(), &tokenizer_);
  for (bool stops : {true, false}) {
    Request request = DictatedRequest("So </ans 12 </answer> rest");
    request.params.max_tokens = 26;
    if (stops) request.params.stop = {"</answer>"};
    std::string streamed;
    int64_t events = 0, last = 0;
    request.callback = [&](const TokenEvent& event) {
      streamed += event.text;
      ++events;
      EXPECT_TRUE(!stops || streamed.find("</answ") == std::string::npos);
      if (event.completion) {
        ++last;
        EXPECT_EQ(streamed, event.completion->text);
      }
    };
    const Completion c = engine.Generate({&request, 1}).front();
    EXPECT_EQ(c.text, stops ? "So </ans 12 " : "So </ans 12 </answer> rest");
    EXPECT_EQ(streamed, c.text);
    EXPECT_EQ(events, static_cast<int64_t>(c.token_ids.size()));
    EXPECT_EQ(last, 1);
    EXPECT_EQ(c.stop_text, stops ? "</answer>" : "");
    EXPECT_EQ(c.finish_reason, stops ? FinishReason::kStop : FinishReason::kLength);
    EXPECT_EQ(c.token_ids.size(), stops ? 21u : 26u);
  }
}

TEST_F(EngineTest, TextIsWholeCharacters) {
  Engine engine(runtime_, *model_, Small(), &tokenizer_);
  Request request = DictatedRequest("a\xE5\xAA\xBD!\xF0\x9F\x98");
  request.params.max_tokens = 8;
  std::vector<std::string> parts;
  request.callback = [&](const TokenEvent& event) { parts.emplace_back(event.text); };
  const Completion c = engine.Generate({&request, 1}).front();
  EXPECT_EQ(parts, (std::vector<std::string>{"a", "", "", "\xE5\xAA\xBD", "!", "", "", "\xEF\xBF\xBD"}));
  EXPECT_EQ(c.text, "a\xE5\xAA\xBD!\xEF\xBF\xBD");
}

TEST_F(EngineTest, GroupMembersDifferByKeyAlone) {
  Engine engine(runtime_, *model_, Small());
  Request request = Long(2);
  request.rng_keys = {5, 6, 5};
  const std::vector<Completion> c = engine.Generate({&request, 1});
  ASSERT_EQ(c.size(), 3u);
  EXPECT_EQ(c[0].token_ids, c[2].token_ids);
  EXPECT_NE(c[0].token_ids, c[1].token_ids);
  EXPECT_EQ(c[1].num_cached_tokens, 20);
}

// Makes every token equally likely.
class Flatten : public LogitsProcessor {
 public:
  void Process(std::span<float> logits) override { std::fill(logits.begin(), logits.end(), 0.0f); }
  void Accept(int32_t) override {}
};

TEST_F(EngineTest, TokenIIsDrawnWithNumberIOfItsKey) {
  Engine engine(runtime_, *model_, Small());
  Request request = Long(3);
  request.rng_keys = {77, 78};
  request.make_logits_processors = [] { return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<Flatten>()}; };
  const std::vector<Completion> c = engine.Generate({&request, 1});
  for (size_t k = 0; k < 2; ++k)
    for (size_t i = 0; i < 40; ++i) EXPECT_EQ(c[k].token_ids[i], static_cast<int32_t>(256 * RandomUniform(request.rng_keys[k], i)));
}

TEST_F(EngineTest, CancelWorksInEveryPhase) {
  // Alone and as first, middle or last of a group; in the queue, in the middle of a prompt, right after it, while decoding,
  // finished.
  for (int member : {-1, 0, 1, 2}) {
    for (int steps = 0; steps < 9; ++steps) {
      EngineConfig config = Small();
      config.max_num_batched_tokens = 8;
      Engine engine(runtime_, *model_, config);
      const SequenceId other = engine.Submit(Long(7));
      Request request = Long(8, 30);
      if (member >= 0) request.rng_keys = {1, 2, 3};
      int last_events = 0;
      request.callback = [&](const TokenEvent& event) { last_events += event.completion != nullptr; };
      const SequenceId first = engine.Submit(request), victim = first + std::max(member, 0);
      for (int i = 0; i < steps; ++i) engine.Step();
      EXPECT_TRUE(engine.Cancel(victim));
      EXPECT_EQ(last_events, 1);
      EXPECT_FALSE(engine.Cancel(victim));
      const std::optional<Completion> c = engine.Take(victim);
      ASSERT_TRUE(c);
      EXPECT_EQ(c->finish_reason, FinishReason::kCancelled);
      EXPECT_EQ(c->token_ids.size(), c->logprobs.size());
      EXPECT_FALSE(engine.Take(victim));
      RunToEnd(engine);
      EXPECT_EQ(engine.Take(other)->token_ids.size(), 40u);
      for (int m = 0; member >= 0 && m < 3; ++m) {
        if (m == member) continue;
        Engine fresh(runtime_, *model_, Small());
        Request alone = request;
        alone.rng_keys = {request.rng_keys[static_cast<size_t>(m)]};
        alone.callback = {};
        EXPECT_EQ(engine.Take(first + m)->token_ids, fresh.Generate({&alone, 1}).front().token_ids);
      }
    }
  }
}

TEST_F(EngineTest, CallbacksMaySubmitCancelAndTake) {
  Engine engine(runtime_, *model_, Small());
  std::vector<SequenceId> ids;
  int finished = 0, submitted = 0;
  Request request = Long(9);
  request.callback = [&](const TokenEvent& event) {
    if (event.completion) {
      ++finished;
      EXPECT_TRUE(engine.Take(event.id));
      if (++submitted < 6) ids.push_back(engine.Submit(request));
    } else if (event.token_id % 16 == 0) {
      for (SequenceId id : std::vector<SequenceId>(ids)) engine.Cancel(id);  // all of them, itself too
    }
  };
  for (int i = 0; i < 6; ++i) {
    request.params.seed = static_cast<uint64_t>(i);
    ids.push_back(engine.Submit(request));
  }
  RunToEnd(engine);
  EXPECT_EQ(finished, static_cast<int>(ids.size()));
}

TEST_F(EngineTest, AnErrorInProgressCancelsEverythingAndTheEngineGoesOn) {
  Engine engine(runtime_, *model_, Small());
  std::vector<Request> requests = {Long(1), Long(2), Long(3), Long(4), Long(5), Long(6)};
  requests[2].rng_keys = {1, 2, 3};
  int calls = 0;
  EXPECT_THROW(engine.Generate(requests,
                               [&](const GenerateProgress& p) {
                                 EXPECT_EQ(p.num_total, 8);
                                 if (++calls == 9) Fail(ErrorCode::kCancelled, "interrupted");
                               }),
               Error);
  EXPECT_FALSE(engine.HasWork());
  EXPECT_EQ(engine.blocks().num_free_blocks(), engine.blocks().num_blocks());
  EXPECT_EQ(engine.Generate(requests).size(), 8u);
}

TEST_F(EngineTest, DivergedWeightsAreAClearError) {
  Engine engine(runtime_, *model_, Small());
  model_->parameters().all().front()->value.f32()[40 * 32] = std::numeric_limits<float>::quiet_NaN();
  model_->parameters().MarkUpdated();
  Request request = Long(1);
  request.prompt[5] = 40;
  try {
    engine.Generate({&request, 1});
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kDataLoss);
    EXPECT_NE(std::string(e.what()).find("not finite"), std::string::npos);
  }
  EXPECT_FALSE(engine.HasWork());
}

// Allows one token, or none.
class Dictate : public LogitsProcessor {
 public:
  explicit Dictate(int32_t id) : id_(id) {}
  void Process(std::span<float> logits) override {
    for (float& logit : logits) logit = -std::numeric_limits<float>::infinity();
    if (id_ >= 0) logits[static_cast<size_t>(id_)] = 1;
  }
  void Accept(int32_t) override {}

 private:
  int32_t id_;
};

// Logits are made some thousand rows at a time: what fails among the later ones finds a group that has drawn its first tokens.
TEST_F(EngineTest, AStepThatFailsLateLeavesGroupsThatCanGoOn) {
  constexpr int32_t kEnd = 3, kOther = 40;
  for (const int32_t first_token : {kEnd, kOther}) {
    SCOPED_TRACE(first_token);
    EngineConfig config;
    config.max_num_seqs = 6000;
    config.max_num_batched_tokens = 20000;
    config.num_blocks = 10000;
    config.eos_token_ids = {kEnd};
    Engine engine(runtime_, *model_, config);
    int made = 0;
    Request group;
    group.prompt = {10, 11, 12};
    group.rng_keys = {1, 2, 3};
    group.params.max_tokens = 4;
    group.make_logits_processors = [&] {
      return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<Dictate>(made++ == 0 ? first_token : kOther)};
    };
    const SequenceId first = engine.Submit(group);
    Request filler;
    filler.prompt = {20};
    filler.params.max_tokens = 1;
    for (int i = 0; i < 4200; ++i) engine.Submit(filler);
    Request bad = filler;
    bad.make_logits_processors = [] { return std::vector<std::shared_ptr<LogitsProcessor>>{std::make_shared<Dictate>(-1)}; };
    const SequenceId culprit = engine.Submit(bad);
    EXPECT_THROW(engine.Step(), Error);
    EXPECT_EQ(engine.Take(first).has_value(), first_token == kEnd);
    EXPECT_FALSE(engine.Take(first + 1).has_value());
    EXPECT_TRUE(engine.Cancel(culprit));
    RunToEnd(engine);
    for (SequenceId id = first + (first_token == kEnd ? 1 : 0); id < first + 3; ++id) {
      const std::optional<Completion> completion = engine.Take(id);
      ASSERT_TRUE(completion.has_value());
      EXPECT_EQ(completion->token_ids, std::vector<int32_t>(4, kOther));
    }
  }
}

TEST_F(EngineTest, StatsCountTokensOnce) {
  Engine engine(runtime_, *model_, Small());
  Request request = Long(1, 40);
  request.rng_keys = {1, 2, 3};
  engine.Generate({&request, 1});
  EngineStats stats = engine.stats();
  EXPECT_EQ(stats.tokens_prefilled, 40);
  EXPECT_EQ(stats.tokens_cached, 80);
  EXPECT_EQ(stats.tokens_decoded, 120);
  EXPECT_EQ(stats.num_finished, 3);
  engine.ResetStats();
  engine.Generate({&request, 1});  // the prompt's two full blocks are known now, and the third by what was generated behind it
  stats = engine.stats();
  EXPECT_EQ(stats.tokens_prefilled, 1);
  EXPECT_EQ(stats.tokens_cached, 39 + 80);
  EXPECT_EQ(stats.num_preemptions, 0);
}

TEST_F(EngineTest, APromptGoesOnWhereverAnotherLeftIt) {
  EngineConfig without = Small();
  without.enable_prefix_cache = false;
  Engine cold(runtime_, *model_, without), warm(runtime_, *model_, Small());
  const Request first = Long(1, 40);
  warm.Generate({&first, 1});
  for (const size_t shared : {1, 7, 15, 16, 17, 31, 38}) {
    Request request = Long(1, 40);
    request.prompt[shared] = (request.prompt[shared] + 1) % 256;
    const Completion a = cold.Generate({&request, 1}).front(), b = warm.Generate({&request, 1}).front();
    EXPECT_EQ(b.num_cached_tokens, static_cast<int64_t>(shared));
    EXPECT_EQ(a.token_ids, b.token_ids);
    EXPECT_EQ(a.logprobs, b.logprobs);
  }
}

TEST_F(EngineTest, ACompletionGoesOnFromAnyOfItsTokensAsItDid) {
  Engine engine(runtime_, *model_, Small());
  const Request request = Long(1);
  const Completion whole = engine.Generate({&request, 1}).front();
  for (const int64_t at : {0, 1, 12, 31, 39}) {
    Request fork = request;
    fork.prompt.insert(fork.prompt.end(), whole.token_ids.begin(), whole.token_ids.begin() + at);
    fork.params.max_tokens = 40 - at;
    fork.first_draw = at;
    const Completion rest = engine.Generate({&fork, 1}).front();
    EXPECT_EQ(rest.token_ids, std::vector<int32_t>(whole.token_ids.begin() + at, whole.token_ids.end()));
    EXPECT_EQ(rest.logprobs, std::vector<float>(whole.logprobs.begin() + at, whole.logprobs.end()));
    if (at == 0) continue;
    fork.first_draw = 0;  // another draw, another way
    EXPECT_NE(engine.Generate({&fork, 1}).front().token_ids, rest.token_ids);
  }
}

TEST_F(EngineTest, AskedForAlternativesAreReportedWithEachToken) {
  Engine engine(runtime_, *model_, Small());
  Request request = Long(1);
  request.params.logprobs = 4;
  request.params.temperature = 0;
  const Completion c = engine.Generate({&request, 1}).front();
  ASSERT_EQ(c.top_logprobs.size(), 40u);
  for (size_t i = 0; i < 40; ++i) {
    ASSERT_EQ(c.top_logprobs[i].size(), 4u);
    EXPECT_EQ(c.top_logprobs[i][0].token_id, c.token_ids[i]);
    EXPECT_EQ(c.top_logprobs[i][0].logprob, c.logprobs[i]);
  }
  EXPECT_TRUE(c.entropies.empty());
}

}  // namespace
}  // namespace r1
