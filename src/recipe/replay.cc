#include "recipe/replay.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <numeric>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "ops/linear.h"
#include "recipe/rollout_file.h"
#include "train/training_batch.h"

namespace r1 {
namespace {

// "Question: 3+4=? ..." -> "3+4=?", if the prompt still looks like the template.
std::string QuestionIn(const std::string& prompt, const PromptTemplate& prompt_template) {
  const std::string_view before = prompt_template.before, after = prompt_template.after;
  if (prompt.size() < before.size() + after.size() || !prompt.starts_with(before) || !prompt.ends_with(after)) return prompt;
  return prompt.substr(before.size(), prompt.size() - before.size() - after.size());
}

// The most likely tokens after `prompt` and the first `count` tokens of `completion`, with the log-probabilities that the trainer
// has.
std::vector<std::pair<int32_t, float>> MostLikely(Pipeline& pipeline, const std::vector<int32_t>& prompt,
                                                  const std::vector<int32_t>& completion, size_t count, float inv_temperature,
                                                  int64_t how_many) {
  const Model& model = pipeline.model();
  ExecContext ctx = pipeline.runtime().Context();
  TrainingBatch batch;
  const std::vector<std::vector<int32_t>> prefix{{completion.begin(), completion.begin() + static_cast<int64_t>(count) + 1}};
  batch.AddGroup(prompt, prefix);
  const Tensor hidden = model.Forward(ctx, batch.View());
  const int32_t row = batch.hidden_rows().back();
  const Tensor logits = model.Logits(ctx, hidden.Rows(row, row + 1));
  const int64_t vocab = std::min<int64_t>(logits.numel(), pipeline.tokenizer().vocab_size());
  std::vector<int32_t> ids(static_cast<size_t>(vocab));
  std::iota(ids.begin(), ids.end(), 0);
  how_many = std::min(how_many, vocab);
  std::partial_sort(ids.begin(), ids.begin() + how_many, ids.end(), [&](int32_t a, int32_t b) {
    const float x = logits.f32()[a], y = logits.f32()[b];
    return x != y ? x > y : a < b;
  });
  ids.resize(static_cast<size_t>(how_many));
  const std::vector<int32_t> rows(ids.size(), row);
  const ops::LogProbs scores = model.TokenLogProbs(ctx, ops::GatherRows(ctx, hidden, rows), ids, inv_temperature);
  std::vector<std::pair<int32_t, float>> result;
  for (size_t i = 0; i < ids.size(); ++i) result.emplace_back(ids[i], scores.logprobs.f32()[i]);
  return result;
}

// What the token was in the update: runs the updates before it, so that the weights are those it was computed with.
void FillLoss(Pipeline& pipeline, const RolloutBatch& batch, const RolloutGroup& group, size_t sample, ReplayedToken& token) {
  GrpoTrainer& trainer = *pipeline.grpo();
  const GrpoConfig& config = trainer.setup().config;
  const Rollout& rollout = group.rollouts[sample];
  const auto t = static_cast<size_t>(token.token);
  token.update_logprob = token.logprob;
  token.has_reference = !rollout.ref_logprobs.empty();
  token.kl_coef = config.kl_coef;
  const auto updates = trainer.UpdateGroups(batch);
  for (size_t u = 0; u < updates.size(); ++u)
    if (GrpoTrainer::LearnsFrom(config, rollout) && std::find(updates[u].begin(), updates[u].end(), &group) != updates[u].end())
      token.update = static_cast<int64_t>(u);
  LossNormalizer normalizer;
  if (token.update >= 0) {
    normalizer = GrpoTrainer::Normalizer(config, updates[static_cast<size_t>(token.update)]);
    StepMetrics metrics;
    GrpoLossResult loss;
    for (int64_t u = 0; u < token.update; ++u) trainer.UpdateOn(metrics, updates[static_cast<size_t>(u)], u, loss);
    if (token.update > 0) {
      size_t at = t;
      for (size_t i = 0; i < sample; ++i) at += group.rollouts[i].token_ids.size();
      token.update_logprob = trainer.Recompute(pipeline.model(), {{group}, 0})[at];
    }
  }
  // The token alone, with weight 1; then its weight.
  GrpoLossConfig one = config.Loss();
  one.aggregation = LossAggregation::kToken;
  const std::vector<int32_t> starts{0, 1};
  const std::span<const float> reference =
      one.kl_coef > 0 ? std::span(rollout.ref_logprobs).subspan(t, 1) : std::span<const float>();
  const GrpoLossResult result = GrpoLoss(one, {1, 1, 1},
                                         {std::span(&token.update_logprob, 1), std::span(rollout.sampler_logprobs).subspan(t, 1),
                                          reference, starts, std::span(&rollout.advantage, 1)});
  token.weight =
      token.update < 0 ? 0 : TokenWeight(config.Loss().aggregation, normalizer, static_cast<int64_t>(rollout.token_ids.size()));
  token.ratio = result.ratio_sum;
  token.clipped = result.clipped_low + result.clipped_high > 0;
  token.k3 = result.kl_sum;
  if (token.has_reference) token.ref_logprob = rollout.ref_logprobs[t];
  token.loss = token.weight * result.loss;
  token.gradient = token.weight * result.d_logprobs[0];
}

}  // namespace

ReplayedToken Replay(const ReplayOptions& options, Terminal terminal) {
  const std::vector<int64_t> stored = StoredRollouts(options.run);
  if (!std::binary_search(stored.begin(), stored.end(), options.step))
    Fail(ErrorCode::kNotFound, options.run, ": no rollouts of step ", options.step, "; stored are ", stored.size(), " steps from ",
         stored.front(), " to ", stored.back());
  Recipe recipe = LoadRecipe(RunPaths{options.run}.Recipe(), {});
  int64_t base = 0;
  size_t stage = 0;
  for (; stage < recipe.stages.size(); ++stage) {
    const int64_t steps = recipe.stages[stage].Steps();
    if (options.step <= base + steps) break;
    base += steps;
  }
  if (stage == recipe.stages.size() || recipe.stages[stage].kind != StageKind::kGrpo)
    Fail(ErrorCode::kDataLoss, RunPaths{options.run}.Rollouts(options.step), ": by its recipe the run has no grpo step ",
         options.step);
  const std::string template_name = recipe.prompt_template, stage_name = recipe.stages[stage].name;
  const int64_t group_size = recipe.stages[stage].grpo.group_size;
  const RolloutBatch batch = ReadRollouts(RunPaths{options.run}.Rollouts(options.step), group_size);

  if (recipe.stages[stage].grpo.kl_coef > 0 && batch.groups.front().rollouts.front().ref_logprobs.empty())
    Fail(ErrorCode::kDataLoss, RunPaths{options.run}.Rollouts(options.step),
         ": the recipe has a reference model, and ref_logprobs are missing");

  // Which token.
  const int64_t completions = batch.NumCompletions();
  const auto rollout = [&](int64_t c) -> const Rollout& {
    return batch.groups[static_cast<size_t>(c / group_size)].rollouts[static_cast<size_t>(c % group_size)];
  };
  ReplayedToken token;
  token.stage = stage_name;
  token.step = options.step;
  token.completion = std::max<int64_t>(options.completion, 0);
  token.token = options.token;
  if (options.completion < 0) {
    const int64_t tokens = batch.NumCompletionTokens();
    Require(token.token >= 0 && token.token < tokens, "replay: step ", options.step, " has tokens 0 to ", tokens - 1, ", got ",
            token.token);
    for (int64_t n; token.token >= (n = static_cast<int64_t>(rollout(token.completion).token_ids.size())); ++token.completion)
      token.token -= n;
  }
  Require(token.completion < completions, "replay: step ", options.step, " has completions 0 to ", completions - 1, ", got ",
          token.completion);
  const Rollout& r = rollout(token.completion);
  const auto length = static_cast<int64_t>(r.token_ids.size());
  Require(token.token >= 0 && token.token < length, "replay: completion ", token.completion, " of step ", options.step,
          " has tokens 0 to ", length - 1, ", got ", token.token);
  token.prompt = token.completion / group_size;
  const RolloutGroup& group = batch.groups[static_cast<size_t>(token.prompt)];
  const auto sample = static_cast<size_t>(token.completion % group_size), t = static_cast<size_t>(token.token);

  // The weights before the step, and the token under them.
  Pipeline pipeline(std::move(recipe), {.out = options.run, .resume = true, .threads = options.threads, .write = false},
                    std::move(terminal));
  pipeline.RunUntil(options.step - 1);
  for (const RolloutGroup& g : batch.groups) {
    const auto outside = [&](int32_t id) { return id < 0 || id >= pipeline.model().config().vocab_size; };
    bool bad = std::any_of(g.prompt_ids.begin(), g.prompt_ids.end(), outside);
    for (const Rollout& each : g.rollouts) bad |= std::any_of(each.token_ids.begin(), each.token_ids.end(), outside);
    if (bad)
      Fail(ErrorCode::kDataLoss, RunPaths{options.run}.Rollouts(options.step), ": token ids must be below ",
           pipeline.model().config().vocab_size);
  }
  size_t at = t;
  for (size_t i = 0; i < sample; ++i) at += group.rollouts[i].token_ids.size();
  token.token_id = r.token_ids[t];
  token.stored_logprob = r.sampler_logprobs[t];
  token.logprob = pipeline.grpo()->Recompute(pipeline.model(), {{group}, 0})[at];
  token.same_bits = std::memcmp(&token.logprob, &token.stored_logprob, sizeof(float)) == 0;
  token.alternatives = MostLikely(pipeline, group.prompt_ids, r.token_ids, t,
                                  1.0f / static_cast<float>(pipeline.grpo()->setup().config.temperature), 5);

  const Tokenizer& tokenizer = pipeline.tokenizer();
  for (const auto& [id, logprob] : token.alternatives)
    token.alternative_texts.push_back(tokenizer.Decode(std::vector<int32_t>{id}));
  token.question = QuestionIn(tokenizer.Decode(group.prompt_ids, {.skip_special = true}), FindPromptTemplate(template_name));
  token.before = tokenizer.Decode(std::span(r.token_ids).first(t));
  token.text = tokenizer.Decode(std::span(r.token_ids).subspan(t, 1));
  token.after = tokenizer.Decode(std::span(r.token_ids).subspan(t + 1));
  token.reward = r.reward.score ? static_cast<float>(*r.reward.score) : NAN;
  token.advantage = r.advantage;
  FillLoss(pipeline, batch, group, sample, token);
  return token;
}

}  // namespace r1
