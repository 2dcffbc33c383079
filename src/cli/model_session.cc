#include "cli/model_session.h"

#include <filesystem>

#include "base/error.h"
#include "checkpoint/model_files.h"
#include "cli/flags.h"
#include "convert/gguf_tokenizer_spec.h"
#include "model/inference_load.h"
#include "model/load.h"
#include "recipe/model_folder.h"

namespace r1 {

void AddCacheFlags(CLI::App& app, EngineConfig& config) {
  std::vector<FieldDoc> docs = ListFields<EngineConfig>();
  std::erase_if(docs, [](const FieldDoc& doc) { return doc.path != "kv_dtype" && doc.path != "kv_bytes"; });
  AddFlags(app, config, docs);
}

ModelSession::ModelSession(const std::string& folder, const std::string& template_name, EngineConfig config, int threads)
    : dir(FindModelFolder(folder)),
      runtime(threads),
      model(LoadModelForInference(dir, runtime, static_cast<uint64_t>(config.kv_bytes))),
      tokenizer(LoadModelTokenizer(dir)) {
  prompt_template = &FindPromptTemplate(template_name.empty() ? ReadModelCard(dir).prompt_template : template_name);
  if (template_name.empty() && !std::filesystem::exists(dir + "/r1.toml") && !tokenizer.spec().chat_template.empty())
    chat_template.emplace(tokenizer.spec().chat_template);
  Require(tokenizer.vocab_size() <= model->config().vocab_size, dir, ": the tokenizer has ", tokenizer.vocab_size(),
          " tokens and the model ", model->config().vocab_size);
  for (int64_t id : ModelFiles::Open(dir)->config().eos_token_ids) config.eos_token_ids.push_back(static_cast<int32_t>(id));
  model->SetKvType(config.KvTypeOr(InferenceKvType(dir)));
  engine = std::make_unique<Engine>(runtime, *model, config, &tokenizer);
}

std::vector<int32_t> ModelSession::EncodePrompt(const std::string& question) const {
  return EncodeChat({{.role = "user", .content = question, .reasoning_content = "", .more_json = ""}});
}

std::vector<int32_t> ModelSession::EncodeChat(const std::vector<ChatMessage>& messages, ChatOptions options) const {
  Require(!messages.empty(), "a prompt needs at least one message");
  if (!chat_template.has_value())
    return tokenizer.Encode(RenderPrompt(*prompt_template, messages.back().content), {.parse_special = false, .add_bos = true});
  options.bos_token = tokenizer.spec().bos_token;
  options.eos_token = tokenizer.spec().eos_token;
  return r1::EncodeChat(tokenizer, chat_template->Render(messages, options));
}

ReasoningParser ModelSession::MakeParser(std::span<const int32_t> prompt) const {
  if (chat_template.has_value()) return ReasoningParser(ReasoningFormat(), PromptEndsInThinking(tokenizer, prompt), &tokenizer);
  const bool tags = prompt_template->answer_style == AnswerStyle::kTags;
  return ReasoningParser(tags ? ReasoningFormat::R1Zero() : ReasoningFormat(), /*starts_in_thinking=*/false, &tokenizer);
}

}  // namespace r1
