// Models loaded to run against the same files loaded to train.
#include "model/inference_load.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "checkpoint/training_checkpoint.h"
#include "model/kv_cache.h"
#include "model/load.h"
#include "model/registry.h"

namespace r1 {
namespace {

std::string Golden(const std::string& name) { return std::string(R1_SOURCE_DIR) + "/tests/golden/" + name; }

// Logits of a fixed text of random tokens.
Tensor Logits(Runtime& runtime, const Model& model) {
  std::vector<int32_t> tokens(40), positions(40), starts = {0, 40}, lengths = {40};
  for (size_t i = 0; i < tokens.size(); ++i)
    tokens[i] = static_cast<int32_t>(i * i * 7 % static_cast<size_t>(model.config().vocab_size));
  std::iota(positions.begin(), positions.end(), 0);
  ForwardBatch batch;
  batch.token_ids = tokens;
  batch.positions = positions;
  batch.query_starts = starts;
  batch.context_lens = lengths;
  ExecContext ctx = runtime.Context();
  return model.Logits(ctx, model.Forward(ctx, batch));
}

double LargestDifference(const Tensor& a, const Tensor& b) {
  double worst = 0, largest = 0;
  for (int64_t i = 0; i < a.numel(); ++i) {
    worst = std::max<double>(worst, std::abs(a.f32()[i] - b.f32()[i]));
    largest = std::max<double>(largest, std::abs(b.f32()[i]));
  }
  return worst / largest;
}

TEST(InferenceLoadTest, F32AndF16FilesGiveTheBitsOfTraining) {
  for (const char* name : {"llama3", "qwen2", "gguf/llama3.gguf", "gguf/qwen2_yarn.gguf", "gguf/qwen3.gguf"}) {
    Runtime runtime(2);
    const auto trained = LoadModel(Golden(name), runtime.allocator), run = LoadModelForInference(Golden(name), runtime);
    const Tensor expected = Logits(runtime, *trained), got = Logits(runtime, *run);
    EXPECT_EQ(std::memcmp(got.raw(), expected.raw(), expected.bytes()), 0) << name;
    EXPECT_EQ(run->parameters().numel(), trained->parameters().numel());
  }
}

// Weights stay f32 in the file, and what they are rounded to in products is said beside them.
TEST(InferenceLoadTest, AModelThatComputesInBf16DoesSoFromItsFilesToo) {
  Runtime runtime(2);
  const auto trained = LoadModel(Golden("qwen2"), runtime.allocator);
  const Tensor in_f32 = Logits(runtime, *trained);
  trained->SetGemmType(GemmType::kBF16);
  const Tensor expected = Logits(runtime, *trained);
  EXPECT_NE(std::memcmp(in_f32.raw(), expected.raw(), expected.bytes()), 0);
  EXPECT_LT(LargestDifference(expected, in_f32), 0.03);
  const ScratchFolder folder;
  const std::string dir = folder.path() + "/model";
  CheckpointWriter writer(dir);
  AddModelFiles(writer, *trained);
  writer.Commit();
  for (const auto& model : {LoadModel(dir, runtime.allocator), LoadModelForInference(dir, runtime)}) {
    const Tensor got = Logits(runtime, *model);
    EXPECT_EQ(std::memcmp(got.raw(), expected.raw(), expected.bytes()), 0);
  }
}

TEST(InferenceLoadTest, EveryEndTokenOfAFileIsKept) {
  Runtime runtime(1);
  const ScratchFolder folder;
  const std::string dir = folder.path() + "/model";
  const auto model = LoadModel(Golden("qwen2"), runtime.allocator);
  HfConfig config = HfConfigFromModel(model->config());
  config.eos_token_ids = {1, 8};
  const auto again = NewModel(ModelConfigFromHf(config), 1, runtime.allocator, &runtime.pool);
  CheckpointWriter writer(dir);
  AddModelFiles(writer, *again);
  writer.Commit();
  EXPECT_EQ(LoadModel(dir, runtime.allocator)->config().eos_token_ids, (std::vector<int32_t>{1, 8}));
  EXPECT_EQ(LoadHfConfig(dir).eos_token_ids, (std::vector<int64_t>{1, 8}));
}

// A configuration that has fewer layers than the file would answer, and wrongly.
TEST(InferenceLoadTest, WeightsWithoutAPlaceAreRefusedByName) {
  Runtime runtime(1);
  const ScratchFolder folder;
  const std::string dir = folder.path() + "/model";
  const auto model = LoadModel(Golden("llama3"), runtime.allocator);
  HfConfig config = HfConfigFromModel(model->config());
  --config.num_hidden_layers;
  CheckpointWriter writer(dir);
  writer.AddText("config.json", HfConfigJson(config));
  writer.AddTensors("model.safetensors", NamedWeights(*model));
  writer.Commit();
  const std::string expected = StrCat("model.layers.", config.num_hidden_layers, ".input_layernorm.weight has no place in a ");
  EXPECT_NE(MessageOf([&] { LoadModel(dir, runtime.allocator); }).find(expected), std::string::npos);
  EXPECT_NE(MessageOf([&] { LoadModelForInference(dir, runtime); }).find(expected), std::string::npos);
}

// Its matrices are Q8_0 and BF16 and its table is also its head: activations are rounded to 8 bits, a relative 1/254 of the largest
// of 32 at each of a dozen products.
TEST(InferenceLoadTest, QuantizedFilesAreCloseToTheirExpansion) {
  Runtime runtime(2);
  const std::string path = Golden("gguf/llama_tied-00001-of-00004.gguf");
  const auto trained = LoadModel(path, runtime.allocator), run = LoadModelForInference(path, runtime);
  const double difference = LargestDifference(Logits(runtime, *run), Logits(runtime, *trained));
  EXPECT_GT(difference, 0);
  EXPECT_LT(difference, 0.03);
}

TEST(InferenceLoadTest, NeitherThreadsNorInstructionSetChangeABit) {
  const std::string path = Golden("gguf/llama_tied-00001-of-00004.gguf");
  Tensor expected;
  for (const KernelTable* kernels : SupportedKernels()) {
    for (int threads : {1, 3}) {
      Runtime runtime(threads, *kernels);
      const Tensor got = Logits(runtime, *LoadModelForInference(path, runtime));
      if (!expected.defined()) {
        expected = Tensor::Empty(*runtime.allocator, got.shape());
        std::memcpy(expected.raw(), got.raw(), got.bytes());
      }
      EXPECT_EQ(std::memcmp(got.raw(), expected.raw(), expected.bytes()), 0) << kernels->isa << ", threads " << threads;
    }
  }
}

// 128 wide, with 352 in the middle: most matrices are rounded anew, and those that lead down stay in f32.
TEST(InferenceLoadTest, Int8IsCloseToTheFileAndTheSameBitsEverywhere) {
  const std::string path = std::string(R1_SOURCE_DIR) + "/models/r1-micro";
  const InferenceOptions int8 = {.weights = ops::StoredWeight::Format::kInt8};
  Runtime first(2);
  const Tensor file = Logits(first, *LoadModelForInference(path, first));
  const Tensor expected = Logits(first, *LoadModelForInference(path, first, int8));
  const double difference = LargestDifference(expected, file);
  EXPECT_GT(difference, 0);
  EXPECT_LT(difference, 0.05);
  for (const KernelTable* kernels : SupportedKernels()) {
    for (int threads : {1, 3}) {
      Runtime runtime(threads, *kernels);
      const Tensor got = Logits(runtime, *LoadModelForInference(path, runtime, int8));
      EXPECT_EQ(std::memcmp(got.raw(), expected.raw(), expected.bytes()), 0) << kernels->isa << ", threads " << threads;
    }
  }
}

TEST(InferenceLoadTest, TheMemoryPlannedIsThatOfTheFormat) {
  const auto files = ModelFiles::Open(std::string(R1_SOURCE_DIR) + "/models/r1-micro");
  EXPECT_EQ(PlanInferenceMemory(*files, {}).weights, files->bytes());
  Runtime runtime(1);
  const InferenceOptions int8 = {.weights = ops::StoredWeight::Format::kInt8};
  const auto model = LoadModelForInference(files->path(), runtime, int8);
  size_t packed = 0;
  for (const auto& parameter : model->parameters().all())
    if (parameter->stored) packed += parameter->stored->packed_bytes();
  const uint64_t planned = PlanInferenceMemory(*files, int8).weights;
  EXPECT_GE(planned, packed);
  EXPECT_LT(planned, packed * 5 / 4);  // with vectors, and a table to look up
  EXPECT_LT(planned, files->bytes() * 6 / 10);
}

TEST(InferenceLoadTest, CannotBeSavedOrTrained) {
  Runtime runtime(1);
  const auto model = LoadModelForInference(Golden("qwen3"), runtime);
  EXPECT_THROW(NamedWeights(*model), Error);
}

TEST(InferenceLoadTest, WhatDoesNotFitTheMachineIsRefused) {
  Runtime runtime(1);
  try {
    LoadModelForInference(Golden("qwen3"), runtime, {.kv_bytes = uint64_t{1} << 50});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::kResourceExhausted);
    EXPECT_NE(std::string(e.what()).find("KV cache 1126TB"), std::string::npos) << e.what();
  }
}

// What the engine will take (EngineConfig::NumBlocksFor), not what it was allowed.
TEST(InferenceLoadTest, TheCacheIsPlannedInItsTypeForTheSequencesThatItIsMadeFor) {
  const auto files = ModelFiles::Open(Golden("qwen3"));
  const ModelConfig model = ModelConfigFromHf(files->config());
  InferenceOptions options = {.kv_bytes = uint64_t{1} << 40, .kv_sequences = 4};
  const uint64_t f32 = PlanInferenceMemory(*files, options).kv;
  EXPECT_EQ(f32, static_cast<uint64_t>(KvCache::BlocksWithin(model, options.kv_bytes, 4)) * KvCache::BytesPerBlock(model));
  options.kv_type = KvType::kBF16;
  EXPECT_EQ(PlanInferenceMemory(*files, options).kv, f32 / 2);
  options.kv_bytes = f32 / 4 + 1;  // not whole blocks
  EXPECT_EQ(PlanInferenceMemory(*files, options).kv, f32 / 4);
}

}  // namespace
}  // namespace r1
