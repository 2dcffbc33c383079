// The promise of docs/numerics.md, seen from the engine: a completion is a pure function of (weights, prompt, params). The expected
// completions are made one at a time in the plainest setting; then the same requests run in every other way an engine can run them,
// and through the trainer's forward without a cache. All comparisons are of bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "engine/engine_test_util.h"
#include "ops/linear.h"

namespace r1 {
namespace {

// 33 completions: lengths around block borders, shared beginnings, groups, every kind of sampling.
std::vector<Request> Requests() {
  std::vector<Request> requests;
  const std::vector<int32_t> shared = RandomPrompt(37, 1);
  for (uint64_t i = 0; i < 21; ++i) {
    Request r;
    static constexpr int64_t kLengths[] = {1, 2, 5, 15, 16, 17, 31, 32, 33, 48, 64, 70};
    if (i < 12)
      r.prompt = RandomPrompt(kLengths[i], RngKey({2, i}));
    else
      r.prompt.assign(shared.begin(), shared.begin() + static_cast<ptrdiff_t>(37 - (i % 4)));
    r.params.seed = i;
    r.params.max_tokens = 12 + static_cast<int64_t>(i % 5) * 5;
    r.params.entropy = true;
    r.params.temperature = i % 7 == 0 ? 0.0f : 0.5f + 0.2f * static_cast<float>(i % 4);
    if (i % 3 == 1) r.params.top_p = 0.9f;
    if (i % 5 == 2) r.params.top_k = 30;
    if (i % 4 == 3) r.params.min_p = 0.02f;
    if (i % 6 == 5) r.params.frequency_penalty = 0.7f;
    if (i % 8 == 4) r.params.repetition_penalty = 1.3f;
    r.params.ignore_eos = i % 2 == 0;
    if (i == 14) r.rng_keys = {1, 2, 3, 4, 5, 6, 7};
    if (i == 4 || i == 9) r.rng_keys = {11 + i, 12 + i, 13 + i, 14 + i};
    requests.push_back(std::move(r));
  }
  return requests;
}

// The trainer's view of the same tokens: whole sequences packed together, no cache, fused log-probabilities.
void ExpectTheTrainersForwardGivesTheSame(const Model& model, const std::vector<Request>& requests,
                                          const std::vector<Completion>& expected_completions) {
  for (int threads : {1, 2}) {
    for (bool share_prompts : {false, true}) {
      Runtime runtime(threads);
      ExecContext ctx = runtime.Context();
      std::vector<int32_t> tokens, positions, query_starts = {0}, context_lens, prefixes;
      struct Row {
        int32_t row, target;
        size_t completion, index;
      };
      std::vector<Row> rows;
      size_t c = 0;
      auto add = [&](const std::vector<int32_t>& ids, int64_t first_position, int32_t prefix) {
        for (size_t i = 0; i < ids.size(); ++i) {
          tokens.push_back(ids[i]);
          positions.push_back(static_cast<int32_t>(first_position + static_cast<int64_t>(i)));
        }
        query_starts.push_back(static_cast<int32_t>(tokens.size()));
        context_lens.push_back(static_cast<int32_t>(first_position + static_cast<int64_t>(ids.size())));
        prefixes.push_back(prefix);
      };
      for (const Request& request : requests) {
        const auto prompt_length = static_cast<int64_t>(request.prompt.size());
        const int32_t prompt_sequence = static_cast<int32_t>(context_lens.size());
        const auto prompt_start = static_cast<int32_t>(tokens.size());
        if (share_prompts) add(request.prompt, 0, -1);
        for (size_t k = 0; k < std::max<size_t>(1, request.rng_keys.size()); ++k, ++c) {
          const std::vector<int32_t>& generated = expected_completions[c].token_ids;
          // The last token has no successor to predict; a completion of one token has no row of its own.
          const std::vector<int32_t> inputs(generated.begin(), generated.end() - 1);
          int32_t first_row = prompt_start + static_cast<int32_t>(prompt_length) - 1;
          auto own_start = static_cast<int32_t>(tokens.size());
          if (share_prompts) {
            if (!inputs.empty()) add(inputs, prompt_length, prompt_sequence);
          } else {
            std::vector<int32_t> whole = request.prompt;
            whole.insert(whole.end(), inputs.begin(), inputs.end());
            add(whole, 0, -1);
            first_row = own_start + static_cast<int32_t>(prompt_length) - 1;
            own_start += static_cast<int32_t>(prompt_length);
          }
          for (size_t i = 0; i < generated.size(); ++i)
            rows.push_back({i == 0 ? first_row : own_start + static_cast<int32_t>(i) - 1, generated[i], c, i});
        }
      }
      ForwardBatch batch;
      batch.token_ids = tokens;
      batch.positions = positions;
      batch.query_starts = query_starts;
      batch.context_lens = context_lens;
      if (share_prompts) batch.prefix_sequences = prefixes;
      const Tensor hidden = model.Forward(ctx, batch);
      // Temperatures differ between requests: one call for each completion.
      c = 0;
      for (const Request& request : requests) {
        for (size_t k = 0; k < std::max<size_t>(1, request.rng_keys.size()); ++k, ++c) {
          std::vector<int32_t> at, targets;
          for (const Row& row : rows) {
            if (row.completion != c) continue;
            at.push_back(row.row);
            targets.push_back(row.target);
          }
          const ops::LogProbs p =
              model.TokenLogProbs(ctx, ops::GatherRows(ctx, hidden, at), targets, request.params.InvTemperature(), true);
          const Completion& expected = expected_completions[c];
          ASSERT_EQ(std::memcmp(p.logprobs.f32(), expected.logprobs.data(), expected.logprobs.size() * sizeof(float)), 0)
              << "completion " << c << ", shared prompts " << share_prompts;
          ASSERT_EQ(std::memcmp(p.entropy.f32(), expected.entropies.data(), expected.entropies.size() * sizeof(float)), 0);
        }
      }
    }
  }
}

class EngineBitwiseTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = TinyModel().release();
    expected_ = new std::vector<Completion>(Alone(*model_, Requests()));
  }
  static void TearDownTestSuite() {
    delete model_;
    delete expected_;
  }
  static inline Model* model_ = nullptr;
  static inline std::vector<Completion>* expected_ = nullptr;
};

TEST_F(EngineBitwiseTest, TheRequestsAreWorthComparing) {
  EXPECT_EQ(expected_->size(), 33u);
  std::vector<int64_t> tokens(256);
  for (const Completion& c : *expected_)
    for (int32_t t : c.token_ids) ++tokens[static_cast<size_t>(t)];
  EXPECT_GT(std::count_if(tokens.begin(), tokens.end(), [](int64_t n) { return n > 0; }), 100);
}

TEST_F(EngineBitwiseTest, EveryChunkCacheThreadCountAndPreemptionGivesTheSameBits) {
  const std::vector<Request> requests = Requests();
  int64_t preemptions = 0, cached = 0;
  for (int threads : {1, 2, 3}) {
    Runtime runtime(threads);
    for (int64_t chunk : {1, 3, 16, 64, 0}) {
      for (bool prefix_cache : {false, true}) {
        for (int64_t blocks : {512, 14}) {  // 14: about three sequences' worth
          EngineConfig config = Plain();
          config.prefill_chunk = chunk;
          config.enable_prefix_cache = prefix_cache;
          config.num_blocks = blocks;
          const std::string how = StrCat(threads, " threads, chunk ", chunk, ", prefix cache ", prefix_cache, ", blocks ", blocks);
          Engine engine(runtime, *model_, config);
          ExpectSame(engine.Generate(requests), *expected_, how);
          EXPECT_EQ(engine.blocks().num_free_blocks(), blocks) << how;
          ExpectSame(engine.Generate(requests), *expected_, how + ", again");  // with a warm cache
          preemptions += engine.stats().num_preemptions;
          cached += engine.stats().tokens_cached;
        }
      }
    }
  }
  EXPECT_GT(preemptions, 100);
  EXPECT_GT(cached, 1000);
}

TEST_F(EngineBitwiseTest, FewSeatsAndSmallStepsGiveTheSameBits) {
  Runtime runtime(2);
  for (int64_t seats : {1, 2, 5}) {
    for (int64_t tokens : {5, 37}) {
      EngineConfig config = Plain();
      config.max_num_seqs = seats;
      config.max_num_batched_tokens = tokens;
      config.enable_prefix_cache = true;
      Engine engine(runtime, *model_, config);
      ExpectSame(engine.Generate(Requests()), *expected_, StrCat(seats, " seats, ", tokens, " tokens a step"));
    }
  }
}

TEST_F(EngineBitwiseTest, RequestsThatComeAndGoAtAnyTimeGiveTheSameBits) {
  const std::vector<Request> requests = Requests();
  Runtime runtime(2);
  for (uint64_t seed = 0; seed < 8; ++seed) {
    Rng rng(RngKey({71, seed}));
    EngineConfig config = Plain();
    config.max_num_seqs = 8;
    config.max_num_batched_tokens = 40;
    config.enable_prefix_cache = true;
    config.num_blocks = 24;
    Engine engine(runtime, *model_, config);
    std::vector<size_t> order(requests.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.Below(i)]);
    std::vector<SequenceId> ids(requests.size()), noise;
    for (size_t i : order) {
      ids[i] = engine.Submit(requests[i]);
      Request other = requests[rng.Below(requests.size())];
      other.params.seed += 1000;
      noise.push_back(engine.Submit(other));
      for (int64_t s = rng.Between(0, 5); s > 0; --s) engine.Step();
      if (rng.Below(2)) engine.Cancel(noise[rng.Below(noise.size())]);
    }
    while (engine.HasWork()) engine.Step();
    std::vector<Completion> got;
    for (size_t i = 0; i < ids.size(); ++i)
      for (size_t k = 0; k < std::max<size_t>(1, requests[i].rng_keys.size()); ++k)
        got.push_back(std::move(*engine.Take(ids[i] + static_cast<SequenceId>(k))));
    ExpectSame(got, *expected_, StrCat("order ", seed));
  }
}

TEST_F(EngineBitwiseTest, EveryInstructionSetGivesTheSameBits) {
  for (const KernelTable* kernels : SupportedKernels()) {
    // Packed weights belong to a table: each gets a model of its own.
    const std::unique_ptr<Model> model = TinyModel();
    Runtime runtime(2, *kernels);
    Engine engine(runtime, *model, Plain());
    ExpectSame(engine.Generate(Requests()), *expected_, kernels->isa);
  }
}

TEST_F(EngineBitwiseTest, TheTrainersForwardGivesTheSameLogprobs) {
  ExpectTheTrainersForwardGivesTheSame(*model_, Requests(), *expected_);
}

// Rounded keys and values are the model's arithmetic, not the cache's: chunks, threads, instruction sets, preemption and the
// trainer's forward without a cache all see the same rounding.
TEST_F(EngineBitwiseTest, KeysAndValuesInBf16AndQ8KeepThePromiseToo) {
  for (KvType type : {KvType::kBF16, KvType::kQ8}) {
    ModelConfig tiny = TinyConfig();
    tiny.kv_type = type;
    const std::unique_ptr<Model> model = TinyModel(tiny);
    const std::vector<Request> requests = Requests();
    const std::vector<Completion> expected = Alone(*model, requests);
    int64_t differing = 0;
    for (size_t i = 0; i < expected.size(); ++i) differing += !SameBits(expected[i].logprobs, (*expected_)[i].logprobs);
    EXPECT_GT(differing, 20) << "rounding must show";
    for (int threads : {1, 3}) {
      Runtime runtime(threads);
      for (int64_t chunk : {1, 7, 0}) {
        EngineConfig config = Plain();
        config.prefill_chunk = chunk;
        config.enable_prefix_cache = true;
        config.num_blocks = 14;
        Engine engine(runtime, *model, config);
        ExpectSame(engine.Generate(requests), expected, StrCat(KvTypeName(type), ", ", threads, " threads, chunk ", chunk));
      }
    }
    for (const KernelTable* kernels : SupportedKernels()) {
      Runtime runtime(2, *kernels);
      const std::unique_ptr<Model> own = TinyModel(tiny);  // packed weights belong to a table
      Engine engine(runtime, *own, Plain());
      ExpectSame(engine.Generate(requests), expected, StrCat(KvTypeName(type), " ", kernels->isa));
    }
    ExpectTheTrainersForwardGivesTheSame(*model, requests, expected);
  }
}

TEST_F(EngineBitwiseTest, Bf16AndLlamaKeepThePromiseToo) {
  for (const char* architecture : {"Qwen2ForCausalLM", "LlamaForCausalLM"}) {
    for (GemmType type : {GemmType::kF32, GemmType::kBF16}) {
      ModelConfig tiny = TinyConfig(architecture);
      tiny.gemm_type = type;
      tiny.num_kv_heads = 1;
      const std::unique_ptr<Model> model = TinyModel(tiny);
      const std::vector<Request> requests = Requests();
      const std::vector<Completion> expected = Alone(*model, requests);
      Runtime runtime(2);
      for (int64_t chunk : {3, 0}) {
        EngineConfig config = Plain();
        config.prefill_chunk = chunk;
        config.enable_prefix_cache = true;
        config.num_blocks = 30;
        Engine engine(runtime, *model, config);
        ExpectSame(engine.Generate(requests), expected, StrCat(architecture, " chunk ", chunk));
      }
    }
  }
}

// After new weights a running sequence continues as if its tokens so far had been its prompt all along; with guesses under way too.
class EngineUpdateTest : public ::testing::TestWithParam<Speculation> {};
INSTANTIATE_TEST_SUITE_P(Speculation, EngineUpdateTest,
                         ::testing::Values(Speculation::kOff, Speculation::kNgram, Speculation::kDraft));

TEST_P(EngineUpdateTest, AfterUpdateWeightsEveryTokenIsThatOfTheNewWeights) {
  const std::unique_ptr<Model> model = TinyModel(), draft = TinyModel();
  Runtime runtime(2);
  EngineConfig config = Plain();
  config.enable_prefix_cache = true;
  config.speculation = GetParam();
  Engine engine(runtime, *model, config, nullptr, draft.get());
  Request request;
  request.prompt = RandomPrompt(40, 3);
  request.params.max_tokens = 30;
  request.params.ignore_eos = true;
  int64_t before = 0;
  request.callback = [&](const TokenEvent&) { ++before; };
  const SequenceId id = engine.Submit(request);
  while (before < 11) engine.Step();
  const auto old = static_cast<size_t>(before);
  for (const auto& p : model->parameters().all())
    for (int64_t i = 0; i < p->value.numel(); ++i) p->value.f32()[i] *= 1.01f;
  model->parameters().MarkUpdated();
  EXPECT_EQ(engine.UpdateWeights(), 2);
  while (engine.HasWork()) engine.Step();
  const Completion c = *engine.Take(id);
  for (size_t i = 0; i < 30; ++i) EXPECT_EQ(c.weights_versions[i], i < old ? 1 : 2);

  ExecContext ctx = runtime.Context();
  std::vector<int32_t> whole = request.prompt, positions;
  whole.insert(whole.end(), c.token_ids.begin(), c.token_ids.end() - 1);
  for (size_t i = 0; i < whole.size(); ++i) positions.push_back(static_cast<int32_t>(i));
  const std::vector<int32_t> starts = {0, static_cast<int32_t>(whole.size())}, lens = {static_cast<int32_t>(whole.size())};
  ForwardBatch batch;
  batch.token_ids = whole;
  batch.positions = positions;
  batch.query_starts = starts;
  batch.context_lens = lens;
  const Tensor hidden = model->Forward(ctx, batch);
  const ops::LogProbs p = model->TokenLogProbs(ctx, hidden.Rows(39, 69), c.token_ids, 1.0f);
  EXPECT_EQ(std::memcmp(p.logprobs.f32() + old, c.logprobs.data() + old, (30 - old) * sizeof(float)), 0);
  EXPECT_NE(std::memcmp(p.logprobs.f32(), c.logprobs.data(), old * sizeof(float)), 0);
}

}  // namespace
}  // namespace r1
