#include "cli/model_session.h"

#include <set>

#include "base/error.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/flags.h"
#include "convert/gguf_tokenizer_spec.h"
#include "model/inference_load.h"
#include "model/load.h"
#include "recipe/model_folder.h"

namespace r1 {

static void AddSomeFlags(CLI::App& app, EngineConfig& config, const std::set<std::string>& names) {
  std::vector<FieldDoc> docs = ListFieldsOf(config);
  std::erase_if(docs, [&](const FieldDoc& doc) { return !names.contains(doc.path); });
  AddFlags(app, config, docs);
}

void AddFormatFlags(CLI::App& app, EngineConfig& config) { AddSomeFlags(app, config, {"weight_format", "kv_dtype"}); }

void AddModelFlags(CLI::App& app, EngineConfig& config) { AddSomeFlags(app, config, {"weight_format", "kv_dtype", "kv_bytes"}); }

void AddEngineFlags(CLI::App& app, EngineConfig& config) {
  AddSomeFlags(app, config, {"weight_format", "kv_dtype", "kv_bytes", "speculation", "max_draft_tokens", "draft_model"});
}

// Of models that are worth a word.
static void SayMemory(const InferenceMemory& memory, uint64_t available) {
  constexpr uint64_t kSmallWeights = 100'000'000;
  if (memory.weights < kSmallWeights) return;
  const Terminal out = Terminal::Stderr();
  const std::string left = available > 0 ? StrCat(" of ", FormatQuantity(static_cast<double>(available)), "B left") : "";
  out.Write(out.Dim(StrCat("loading: ", memory.Describe(), left)) + "\n");
}

InferenceOptions InferenceOptionsOf(const EngineConfig& config, const std::string& path) {
  using Format = ops::StoredWeight::Format;
  config.Validate();  // before memory is planned by it
  return {.kv_bytes = static_cast<uint64_t>(config.kv_bytes),
          .kv_sequences = config.max_num_seqs,
          .kv_type = config.KvTypeOr(InferenceKvType(path)),
          .weights = config.weight_format == WeightFormat::kInt8 ? Format::kInt8 : Format::kFile,
          .on_plan = SayMemory};
}

ModelSession::ModelSession(const std::string& folder, const std::string& template_name, EngineConfig config, int threads)
    : dir(FindModelFolder(folder)),
      runtime(threads),
      model(LoadModelForInference(dir, runtime, InferenceOptionsOf(config, dir))),
      tokenizer(LoadModelTokenizer(dir)) {
  const std::optional<ModelCard> own_card = FindModelCard(dir);
  card = own_card.value_or(ModelCard());
  prompt_template = &FindPromptTemplate(template_name.empty() ? card.prompt_template : template_name);
  if (template_name.empty() && !own_card && !tokenizer.spec().chat_template.empty())
    chat_template.emplace(tokenizer.spec().chat_template);
  Require(tokenizer.vocab_size() <= model->config().vocab_size, dir, ": the tokenizer has ", tokenizer.vocab_size(),
          " tokens and the model ", model->config().vocab_size);
  if (!chat_template && prompt_template->answer_style == AnswerStyle::kTags) config.reasoning_format = ReasoningFormat::R1Zero();
  if (!config.draft_model.empty()) LoadDraftModel(config);
  engine = std::make_unique<Engine>(runtime, *model, config, &tokenizer, draft_model.get());
}

void ModelSession::LoadDraftModel(EngineConfig& config) {
  const std::string draft_dir = FindModelFolder(config.draft_model);
  draft_model = LoadModelForInference(draft_dir, runtime, InferenceOptionsOf(config, draft_dir));
  const TokenizerSpec &mine = tokenizer.spec(), theirs = LoadModelTokenizer(draft_dir).spec();
  Require(mine.tokens == theirs.tokens && mine.merges.size() == theirs.merges.size(), draft_dir, ": its tokenizer is not that of ",
          dir, "; a draft model must have the same");
  config.speculation = Speculation::kDraft;
}

std::vector<int32_t> ModelSession::EncodePrompt(const std::string& question) const {
  return EncodeChat({{.role = "user", .content = question, .reasoning_content = "", .more_json = ""}});
}

std::vector<int32_t> ModelSession::EncodeChat(const std::vector<ChatMessage>& messages, ChatOptions options) const {
  Require(!messages.empty(), "a prompt needs at least one message");
  if (!chat_template.has_value()) {
    Require(!options.continue_final_message, "an assistant's message can only be continued by a model with a chat template, and ",
            dir, " has none");
    return tokenizer.Encode(RenderPrompt(*prompt_template, messages.back().content), {.parse_special = false, .add_bos = true});
  }
  options.bos_token = tokenizer.spec().bos_token;
  options.eos_token = tokenizer.spec().eos_token;
  options.think_opening = engine->config().reasoning_format.opening;
  options.think_closing = engine->config().reasoning_format.closing;
  return r1::EncodeChat(tokenizer, chat_template->Render(messages, options));
}

ReasoningParser ModelSession::MakeParser(std::span<const int32_t> prompt) const {
  const ReasoningFormat& format = engine->config().reasoning_format;
  return ReasoningParser(format, PromptEndsInThinking(tokenizer, prompt, format), &tokenizer);
}

}  // namespace r1
