#include "eval/evaluator.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/rng.h"
#include "base/scratch_folder.h"
#include "model/registry.h"
#include "text/byte_alphabet.h"
#include "text/tokenizer.h"

namespace r1 {
namespace {

// A tiny random model over bytes: its answers are noise, which is all that repetition needs.
class EvaluatorTest : public ::testing::Test {
 protected:
  EvaluatorTest() : tokenizer_(Bytes()), model_(NewModel(Config(), 5, Allocator::Create())) {
    TaskShare words;
    words.task = "words";
    words.max_difficulty = 2;
    TaskShare chain;
    chain.task = "chain";
    chain.max_difficulty = 2;
    shares_ = {words, chain};
    options_.samples = 3;
    options_.sampling.temperature = 0.9f;
    options_.sampling.max_tokens = 30;
  }

  static Tokenizer Bytes() {
    TokenizerSpec spec;
    for (int b = 0; b < 256; ++b) spec.tokens.push_back(ToByteAlphabet(std::string(1, static_cast<char>(b))));
    spec.pre_tokenizer_json = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":false})";
    spec.decoder_json = R"({"type":"ByteLevel"})";
    return Tokenizer(std::move(spec));
  }
  static ModelConfig Config() {
    ModelConfig config;
    config.vocab_size = 256;
    config.hidden_size = 32;
    config.intermediate_size = 56;
    config.num_layers = 2;
    config.num_heads = 2;
    config.num_kv_heads = 1;
    config.head_dim = 16;
    config.max_position_embeddings = 800;
    config.tie_word_embeddings = true;
    config.eos_token_ids = {3};
    config.initializer_range = 0.2f;
    return config;
  }

  EvalReport Evaluated(int64_t seats, int threads, bool prefix_cache = false) {
    Runtime runtime(threads);
    EngineConfig config;
    config.max_num_seqs = seats;
    config.enable_prefix_cache = prefix_cache;
    config.num_blocks = 1000;
    Engine engine(runtime, *model_, config, &tokenizer_);
    return Evaluate(engine, tokenizer_, HeldOutTasks(shares_, 6, 1), options_);
  }

  static void ExpectSame(const EvalRow& a, const EvalRow& b) {
    EXPECT_EQ(a.task, b.task);
    EXPECT_EQ(a.questions, b.questions);
    EXPECT_EQ(a.pass_at_1, b.pass_at_1);
    EXPECT_EQ(a.pass_at_1_interval.low, b.pass_at_1_interval.low);
    EXPECT_EQ(a.pass_at_1_interval.high, b.pass_at_1_interval.high);
    EXPECT_EQ(a.cons_at_k, b.cons_at_k);
    EXPECT_EQ(a.mean_tokens, b.mean_tokens);
    EXPECT_EQ(a.english, b.english);
    EXPECT_EQ(a.symbols, b.symbols);
    ASSERT_EQ(a.completions.size(), b.completions.size());
    for (size_t i = 0; i < a.completions.size(); ++i) {
      EXPECT_EQ(a.completions[i].text, b.completions[i].text);
      EXPECT_EQ(a.completions[i].tokens, b.completions[i].tokens);
      EXPECT_EQ(a.completions[i].answer, b.completions[i].answer);
    }
  }

  Tokenizer tokenizer_;
  std::unique_ptr<Model> model_;
  std::vector<TaskShare> shares_;
  EvalOptions options_;
};

TEST_F(EvaluatorTest, RepeatsToTheBitWithOtherSeatsThreadsAndCaches) {
  const EvalReport expected = Evaluated(64, 1);
  ASSERT_EQ(expected.rows.size(), 2u);
  EXPECT_EQ(expected.rows[0].completions.size(), 18u);
  EXPECT_NE(expected.rows[0].completions[0].text, expected.rows[0].completions[1].text) << "samples of a question differ";
  for (const auto& [seats, threads, cache] : {std::tuple{64, 2, false}, std::tuple{1, 1, true}, std::tuple{5, 3, true}}) {
    const EvalReport got = Evaluated(seats, threads, cache);
    for (size_t i = 0; i < 2; ++i) ExpectSame(got.rows[i], expected.rows[i]);
    ExpectSame(got.total, expected.total);
  }
}

TEST_F(EvaluatorTest, TheTotalIsOverAllQuestions) {
  const EvalReport report = Evaluated(64, 2);
  EXPECT_EQ(report.total.questions, 12);
  EXPECT_EQ(report.total.samples, 3);
  EXPECT_NEAR(report.total.mean_tokens, (report.rows[0].mean_tokens + report.rows[1].mean_tokens) / 2, 1e-12);
  EXPECT_TRUE(report.total.completions.empty());
  EXPECT_LE(report.total.pass_at_1, report.total.pass_at_k);
}

TEST_F(EvaluatorTest, HeldOutQuestionsAreTheSameForEveryModelAndDifferWithTheSeed) {
  const auto a = HeldOutTasks(shares_, 6, 1), b = HeldOutTasks(shares_, 6, 1), c = HeldOutTasks(shares_, 6, 2);
  bool other = false;
  for (size_t t = 0; t < a.size(); ++t)
    for (size_t i = 0; i < a[t].examples.size(); ++i) {
      EXPECT_EQ(a[t].examples[i].question, b[t].examples[i].question);
      other |= a[t].examples[i].question != c[t].examples[i].question;
    }
  EXPECT_TRUE(other);
}

TEST_F(EvaluatorTest, NoQuestionIsAskedTwice) {
  const std::vector<EvalTask> tasks = HeldOutTasks({{.task = "nim", .max_difficulty = 1}, {.task = "words"}}, 100, 1);
  for (const EvalTask& task : tasks) {
    std::set<std::string> different;
    for (const Example& example : task.examples) different.insert(example.question);
    EXPECT_EQ(different.size(), task.examples.size()) << task.name;
  }
  EXPECT_LT(tasks[0].examples.size(), 100u);
  EXPECT_EQ(tasks[1].examples.size(), 100u);
}

TEST_F(EvaluatorTest, TwoRowsOfOneTaskHaveNamesOfTheirOwn) {
  const std::vector<TaskShare> twice = {
      {.task = "words", .max_difficulty = 1}, {.task = "chain"}, {.task = "words", .min_difficulty = 2}};
  const std::vector<EvalTask> tasks = HeldOutTasks(twice, 2, 1);
  ASSERT_EQ(tasks.size(), 3u);
  EXPECT_EQ(tasks[0].name, "words");
  EXPECT_EQ(tasks[1].name, "chain");
  EXPECT_EQ(tasks[2].name, "words 2");
}

// A line of metrics.jsonl has keys of its own beside the tasks.
TEST_F(EvaluatorTest, AFolderOfQuestionsCannotTakeTheNameOfAKey) {
  const ScratchFolder folder;
  std::filesystem::create_directory(folder.path() + "/eval");
  folder.Write("eval/a.jsonl", R"({"question": "1+1?", "answer": "2"})");
  const std::string data = folder.path() + "/eval";
  const std::vector<EvalTask> tasks = HeldOutTasks({{.data = data, .held_out_data = data}}, 2, 1);
  ASSERT_EQ(tasks.size(), 1u);
  EXPECT_EQ(tasks[0].name, "eval 2");
}

TEST_F(EvaluatorTest, RefusesZeroSamplesAndUnknownTemplates) {
  options_.samples = 0;
  EXPECT_THROW(Evaluated(4, 1), Error);
  options_.samples = 1;
  options_.prompt_template = "r1_zer";
  EXPECT_THROW(Evaluated(4, 1), Error);
}

}  // namespace
}  // namespace r1
