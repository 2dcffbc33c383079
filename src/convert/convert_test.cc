// Files we write, read back: tensor by tensor, and against what PyPI gguf writes (tests/golden/gguf).
#include "convert/convert.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "base/message_of.h"
#include "base/scratch_folder.h"
#include "base/sha256.h"
#include "checkpoint/gguf.h"
#include "checkpoint/gguf_writer.h"
#include "checkpoint/safetensors.h"
#include "convert/gguf_tokenizer.h"
#include "convert/gguf_tokenizer_spec.h"
#include "text/byte_alphabet.h"

namespace r1 {
namespace {

namespace fs = std::filesystem;
const std::string kGolden = std::string(R1_SOURCE_DIR) + "/tests/golden/", kMicro = std::string(R1_SOURCE_DIR) + "/models/r1-micro";

class ConvertTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  ConvertReport ToGguf(const std::string& in, const std::string& out, const char* type = nullptr, bool force = false) {
    return ConvertToGguf(*ModelFiles::Open(in), out, pool_, {.type = type ? &FindFileType(type) : nullptr, .force = force});
  }
  ConvertReport ToFolder(const std::string& in, const std::string& out, const char* type = nullptr, bool force = false) {
    return ConvertToFolder(*ModelFiles::Open(in), out, pool_, {.type = type ? &FindFileType(type) : nullptr, .force = force});
  }
  // A golden model has no tokenizer; GGUF files need one.
  std::string WithTokenizer(const std::string& name) {
    const std::string folder = Path("in-" + name);
    fs::create_directories(folder);
    for (const char* file : {"config.json", "model.safetensors"}) fs::copy_file(kGolden + name + "/" + file, folder + "/" + file);
    AtomicWriteFile(folder + "/tokenizer.json",
                    R"({"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]},
        "added_tokens": [{"id": 3, "content": "<end>", "special": true}, {"id": 4, "content": "<think>", "special": false}],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}})");
    AtomicWriteFile(folder + "/tokenizer_config.json",
                    R"({"eos_token": {"content": "<end>"}, "add_bos_token": false, "chat_template": "T"})");
    AtomicWriteFile(folder + "/generation_config.json",
                    R"({"do_sample": true, "temperature": 0.6, "top_p": 0.95, "top_k": 20, "eos_token_id": [2, 3]})");
    return folder;
  }
  void ExpectSameTensors(const ModelFiles& got, const ModelFiles& want) {
    EXPECT_EQ(got.names(), want.names());
    for (const std::string& name : want.names()) {
      const Tensor g = got.Get(name), w = want.Get(name);
      ASSERT_EQ(g.shape(), w.shape()) << name;
      ASSERT_EQ(g.dtype(), w.dtype()) << name;
      EXPECT_EQ(std::memcmp(g.raw(), w.raw(), w.bytes()), 0) << name;
    }
  }

  ThreadPool pool_{2};
  ScratchFolder folder_;
  const std::string& dir_ = folder_.path();
};

TEST_F(ConvertTest, ThereAndBackChangesNoBit) {
  for (const char* name : {"llama", "llama3", "llama_tied", "qwen2", "qwen2_yarn", "qwen3"}) {
    const std::string in = WithTokenizer(name), gguf = Path(std::string(name) + ".gguf"), out = Path(std::string("out-") + name);
    ToGguf(in, gguf);
    ToFolder(gguf, out);
    const auto source = ModelFiles::Open(in), middle = ModelFiles::Open(gguf), back = ModelFiles::Open(out);
    ExpectSameTensors(*middle, *source);
    ExpectSameTensors(*back, *source);
    HfConfig want = source->config(), got = back->config();
    want.eos_token_ids = got.eos_token_ids = {};
    want.bos_token_id = got.bos_token_id;
    want.initializer_range = got.initializer_range;  // of training; GGUF has no key for it
    EXPECT_EQ(HfConfigJson(got), HfConfigJson(want)) << name;
    // tokenizer_config.json says <end>, which is 3; the list of the folder had 2 first.
    EXPECT_EQ(back->generation().eos_token_ids, (std::vector<int64_t>{3, 2}));
    EXPECT_EQ(back->generation().temperature, 0.6);
    EXPECT_EQ(back->generation().top_k, 20);
    EXPECT_EQ(ReadFile(out + "/tokenizer.json"), ReadFile(in + "/tokenizer.json"));
    EXPECT_NE(ReadFile(out + "/tokenizer_config.json").find("\"chat_template\": \"T\""), std::string::npos);
  }
}

TEST_F(ConvertTest, LlamaRowsAreStoredAsPythonsPackageStoresThem) {
  ToGguf(WithTokenizer("llama3"), Path("ours.gguf"));
  const GgufFile ours = GgufFile::Open(Path("ours.gguf")), theirs = GgufFile::Open(kGolden + "gguf/llama3.gguf");
  ASSERT_EQ(ours.entries().size(), theirs.entries().size());
  for (const auto& entry : theirs.entries()) {
    const Tensor o = ours.Get(entry.name), t = theirs.Get(entry.name);
    ASSERT_EQ(o.shape(), t.shape()) << entry.name;
    EXPECT_TRUE(entry.name == "rope_freqs.weight" || std::memcmp(o.raw(), t.raw(), t.bytes()) == 0) << entry.name;
  }
  for (int64_t i = 0; i < theirs.Get("rope_freqs.weight").numel(); ++i)  // theirs is computed in f32
    EXPECT_NEAR(ours.Get("rope_freqs.weight").f32()[i] / theirs.Get("rope_freqs.weight").f32()[i], 1, 1e-5);
  for (const char* key : {"llama.context_length", "llama.embedding_length", "llama.block_count", "llama.feed_forward_length",
                          "llama.attention.head_count", "llama.attention.head_count_kv", "llama.attention.key_length"})
    EXPECT_EQ(ours.metadata().Integer(key), theirs.metadata().Integer(key)) << key;
  EXPECT_EQ(ours.metadata().Number("llama.rope.freq_base"), theirs.metadata().Number("llama.rope.freq_base"));
}

TEST_F(ConvertTest, TheTokenizerIsInTheFile) {
  const ConvertReport report = ToGguf(WithTokenizer("qwen2"), Path("m.gguf"));
  EXPECT_EQ(report.warning, "");
  const auto file = ModelFiles::Open(Path("m.gguf"));
  const GgufMetadata& m = *file->gguf_metadata();
  const auto tokens = m.Strings("tokenizer.ggml.tokens");
  EXPECT_EQ(static_cast<int64_t>(tokens.size()), file->config().vocab_size);
  EXPECT_EQ(std::vector<std::string_view>(tokens.begin(), tokens.begin() + 6),
            (std::vector<std::string_view>{"a", "b", "ab", "<end>", "<think>", "[PAD5]"}));
  const auto types = m.Integers("tokenizer.ggml.token_type");
  EXPECT_EQ(std::vector<int64_t>(types.begin(), types.begin() + 6), (std::vector<int64_t>{1, 1, 1, 3, 4, 5}));
  EXPECT_EQ(m.Strings("tokenizer.ggml.merges"), (std::vector<std::string_view>{"a b"}));
  EXPECT_EQ(m.String("tokenizer.ggml.pre"), "gpt-2");
  EXPECT_EQ(m.Integer("tokenizer.ggml.eos_token_id"), 3);
  EXPECT_EQ(m.Integer("tokenizer.ggml.eot_token_id"), 2);
  EXPECT_EQ(m.Bool("tokenizer.ggml.add_bos_token"), false);
  EXPECT_EQ(m.String("tokenizer.chat_template"), "T");
}

TEST_F(ConvertTest, TheTokenizerReadsBackFromTheFileAsItWas) {
  ToGguf(kMicro, Path("m.gguf"));
  const Tokenizer original = LoadModelTokenizer(kMicro), ours = LoadModelTokenizer(Path("m.gguf"));
  const std::string text = "Compute 12-11+8? <think>\n12-11=1\n</think> <answer>9</answer>";
  EXPECT_EQ(ours.Encode(text, {.add_bos = true}), original.Encode(text, {.add_bos = original.spec().add_bos}));
  EXPECT_EQ(ours.eos_id(), original.eos_id());
  EXPECT_EQ(ours.spec().chat_template, original.spec().chat_template);
}

// Most files have no tokenizer.json inside; then the vocabulary alone must do.
TEST_F(ConvertTest, HowTheModelWantsToBeAskedGoesThereAndBack) {
  ToGguf(kMicro, Path("m.gguf"));
  ToFolder(Path("m.gguf"), Path("back"));
  EXPECT_EQ(ReadFile(Path("back") + "/r1.toml"), ReadFile(kMicro + "/r1.toml"));
}

TEST_F(ConvertTest, AVocabularyAloneMakesTheTokenizerAndItsFiles) {
  GgufWriter writer(Path("v.gguf"));
  writer.SetString("general.architecture", "qwen2");
  writer.SetString("tokenizer.ggml.model", "gpt2");
  writer.SetString("tokenizer.ggml.pre", "qwen2");
  std::vector<std::string> tokens;
  std::vector<int32_t> types;
  for (int byte = 0; byte < 256; ++byte)
    tokens.push_back(ToByteAlphabet(std::string(1, static_cast<char>(byte)))), types.push_back(1);
  for (const char* token : {"ab", "<|end|>"}) tokens.emplace_back(token), types.push_back(token[0] == '<' ? 3 : 1);
  writer.SetStrings("tokenizer.ggml.tokens", tokens);
  writer.SetI32s("tokenizer.ggml.token_type", types);
  const std::vector<std::string> merges = {"a b"};
  writer.SetStrings("tokenizer.ggml.merges", merges);
  writer.SetU32("tokenizer.ggml.eos_token_id", 257);
  writer.SetString("tokenizer.chat_template", "T");
  const std::vector<float> weights(256);
  writer.Declare("token_embd.weight", DType::kF32, {8, 32});
  writer.Write(weights.data(), weights.size() * sizeof(float));
  writer.Commit();
  const Tokenizer t = LoadModelTokenizer(Path("v.gguf"));
  EXPECT_EQ(t.Encode("ab<|end|>"), (std::vector<int32_t>{256, 257}));
  EXPECT_EQ(t.eos_id(), 257);
  EXPECT_EQ(t.spec().chat_template, "T");
  EXPECT_EQ(TokenizerFilesOfGguf(GgufFile::Open(Path("v.gguf")).metadata())[0].first, "tokenizer.json");
}

TEST_F(ConvertTest, AllThreadCountsWriteTheSameFile) {
  for (const char* type : {"Q8_0", "Q4_K_M", "BF16"}) {
    std::string sums[2];
    for (int threads : {1, 4}) {
      ThreadPool pool(threads);
      ConvertToGguf(*ModelFiles::Open(kMicro), Path("t.gguf"), pool, {.type = &FindFileType(type), .force = true});
      sums[threads == 4] = Sha256HexOfFile(Path("t.gguf"));
    }
    EXPECT_EQ(sums[0], sums[1]) << type;
  }
}

TEST_F(ConvertTest, ErrorsGrowAsBitsShrink) {
  double last = 0;
  for (const char* type : {"F32", "F16", "BF16", "Q8_0", "Q5_1", "Q4_1", "Q4_0"}) {
    const ConvertReport report = ToGguf(kMicro, Path("t.gguf"), type, /*force=*/true);
    const DType dtype = FindFileType(type).dtype;
    ASSERT_TRUE(report.types.contains(dtype)) << type;
    const double error = report.types.at(dtype).RelativeError();
    EXPECT_GE(error, last) << type;
    EXPECT_LT(error, 0.12) << type;
    last = error;
    EXPECT_NO_THROW(ModelFiles::Open(Path("t.gguf")));
  }
  EXPECT_GT(last, 0.05);
}

TEST_F(ConvertTest, NothingIsOverwrittenUnasked) {
  AtomicWriteFile(Path("kept.gguf"), "kept");
  EXPECT_NE(MessageOf([&] { ToGguf(kMicro, Path("kept.gguf")); }).find("--force replaces it"), std::string::npos);
  EXPECT_EQ(ReadFile(Path("kept.gguf")), "kept");
  fs::create_directories(Path("folder"));
  AtomicWriteFile(Path("folder/thesis.txt"), "kept");
  EXPECT_NE(MessageOf([&] { ToFolder(kMicro, Path("folder")); }).find("--force replaces it"), std::string::npos);
  EXPECT_NE(MessageOf([&] { ToFolder(kMicro, Path("folder"), nullptr, /*force=*/true); }).find("holds no model"),
            std::string::npos);
  EXPECT_EQ(ReadFile(Path("folder/thesis.txt")), "kept");
  EXPECT_NE(MessageOf([&] { ToFolder(kMicro, Path("f2"), "Q8_0"); }).find("not Q8_0"), std::string::npos);
  EXPECT_FALSE(fs::exists(Path("f2")));
}

TEST_F(ConvertTest, ValuesThatAreNotFiniteAreRefusedByName) {
  const std::string in = WithTokenizer("qwen2");
  const auto files = CheckpointTensors::Open(in);
  std::vector<NamedTensor> tensors;
  const auto allocator = Allocator::Create();
  for (const std::string& name : files.names()) {
    const Tensor from = files.Get(name);
    Tensor copy = Tensor::Empty(*allocator, from.shape());
    std::memcpy(copy.raw(), from.raw(), from.bytes());
    if (name == "model.layers.1.mlp.up_proj.weight") copy.f32()[7] = INFINITY;
    tensors.push_back({name, copy});
  }
  WriteSafetensors(in + "/model.safetensors", tensors);
  EXPECT_NE(MessageOf([&] {
              ToGguf(in, Path("t.gguf"), "Q8_0");
            }).find("tensor model.layers.1.mlp.up_proj.weight: a value is not finite"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(Path("t.gguf")));
}

}  // namespace
}  // namespace r1
