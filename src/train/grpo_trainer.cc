#include "train/grpo_trainer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/rng.h"
#include "data/fitting_questions.h"
#include "model/registry.h"
#include "ops/tape.h"
#include "train/advantage.h"
#include "train/memory_plan.h"
#include "train/rollout_engine.h"
#include "train/training_batch.h"

namespace r1 {
namespace {

void CopyWeights(const Model& from, Model& to) {
  const auto& source = from.parameters().all();
  const auto& target = to.parameters().all();
  for (size_t i = 0; i < source.size(); ++i) std::memcpy(target[i]->value.raw(), source[i]->value.raw(), source[i]->value.bytes());
  to.parameters().MarkUpdated();
}

std::vector<const Rollout*> AllOf(const RolloutGroup& group) {
  std::vector<const Rollout*> rollouts;
  for (const Rollout& r : group.rollouts) rollouts.push_back(&r);
  return rollouts;
}

// The completions of a group that its update takes up.
std::vector<const Rollout*> LearnedFrom(const GrpoConfig& config, const RolloutGroup& group) {
  std::vector<const Rollout*> rollouts = AllOf(group);
  std::erase_if(rollouts, [&](const Rollout* r) { return !GrpoTrainer::LearnsFrom(config, *r); });
  return rollouts;
}

void AddTo(TrainingBatch& batch, const RolloutGroup& group, const std::vector<const Rollout*>& rollouts) {
  std::vector<std::vector<int32_t>> completions;
  for (const Rollout* r : rollouts) completions.push_back(r->token_ids);
  batch.AddGroup(group.prompt_ids, completions);
}

// By how many tokens AddTo makes a batch longer: a completion's last one is not run.
int64_t TokensToRun(const RolloutGroup& group, const std::vector<const Rollout*>& rollouts) {
  auto tokens = static_cast<int64_t>(group.prompt_ids.size());
  for (const Rollout* r : rollouts) tokens += static_cast<int64_t>(r->token_ids.size()) - 1;
  return tokens;
}

std::vector<float> GroupRewards(const RolloutGroup& group) {
  std::vector<float> rewards;
  for (const Rollout& r : group.rollouts) rewards.push_back(r.reward.score ? static_cast<float>(*r.reward.score) : NAN);
  return rewards;
}

void SetAdvantages(RolloutGroup& group, const GrpoConfig& config) {
  const GroupAdvantages advantages = ComputeGroupAdvantages(GroupRewards(group), config.group_size, config.ScaleByStd());
  for (size_t i = 0; i < group.rollouts.size(); ++i) group.rollouts[i].advantage = advantages.advantages[i];
}

GrpoTrainer::Setup Checked(GrpoTrainer::Setup setup) {
  setup.config.Validate();
  return setup;
}

}  // namespace

GrpoTrainer::GrpoTrainer(Setup setup, Runtime& runtime, Model& model, const Tokenizer& tokenizer)
    : setup_(Checked(std::move(setup))),
      runtime_(runtime),
      model_(model),
      tokenizer_(tokenizer),
      dataset_(setup_.tasks, RngKey({setup_.seed, setup_.stage, 0x7A5C}), Split::kTrain,
               FittingQuestions(tokenizer, FindPromptTemplate(setup_.prompt_template),
                                RolloutContext(setup_.config, model.config(), runtime.pool.num_threads()),
                                setup_.config.max_completion_tokens)),
      rewards_(setup_.config.rewards),
      engine_(runtime, model, RolloutEngineConfig(setup_.config, model.config(), runtime.pool.num_threads()), &tokenizer),
      optimizer_(setup_.config.optimizer, model.parameters()) {
  if (setup_.config.kl_coef > 0) {
    reference_ = FindModelFamily(model.config().architecture).make(model.config(), runtime.allocator);
    CopyWeights(model, *reference_);
  }
}

void GrpoTrainer::Restore(const GrpoState& state) {
  state_ = state;
  optimizer_.set_step(state.optimizer_step);
  engine_.UpdateWeights();
}

RolloutBatch GrpoTrainer::SampleRound(int64_t first_prompt, int64_t count, RolloutRewards& rewards) {
  const GrpoConfig& config = setup_.config;
  const PromptTemplate& prompt_template = FindPromptTemplate(setup_.prompt_template);
  int64_t hardest = 1;
  for (const TaskShare& share : setup_.tasks) hardest = std::max(hardest, share.max_difficulty);
  const std::vector<double> weights =
      setup_.curriculum.enabled ? DifficultyWeights(setup_.curriculum, state_.curriculum, hardest) : std::vector<double>();

  RolloutBatch batch;
  batch.weights_version = engine_.weights_version();
  std::vector<Request> requests;
  for (int64_t p = 0; p < count; ++p) {
    RolloutGroup group;
    group.example = dataset_.At(first_prompt + p, weights);
    group.prompt_ids =
        tokenizer_.Encode(RenderPrompt(prompt_template, group.example.question), {.parse_special = false, .add_bos = true});
    Request request;
    request.prompt = group.prompt_ids;
    request.params.temperature = static_cast<float>(config.temperature);
    request.params.max_tokens = config.max_completion_tokens;
    request.params.entropy = true;
    for (int64_t i = 0; i < config.group_size; ++i)
      request.rng_keys.push_back(RngKey({setup_.seed, setup_.stage, static_cast<uint64_t>(state_.step),
                                         static_cast<uint64_t>(first_prompt + p), static_cast<uint64_t>(i)}));
    requests.push_back(std::move(request));
    group.rollouts.resize(static_cast<size_t>(config.group_size));
    batch.groups.push_back(std::move(group));
  }
  const auto take = [&](size_t i, Completion c) {
    const size_t group = i / static_cast<size_t>(config.group_size), sample = i % static_cast<size_t>(config.group_size);
    Rollout& rollout = batch.groups[group].rollouts[sample];
    rollout.token_ids = std::move(c.token_ids);
    rollout.sampler_logprobs = std::move(c.logprobs);
    rollout.entropies = std::move(c.entropies);
    rollout.text = std::move(c.text);
    rollout.finished = c.finish_reason == FinishReason::kStop;
    rewards.Begin(batch, group, sample);
  };
  engine_.GenerateEach(requests, take, [](const GenerateProgress&) { ThrowIfInterrupted(); });
  return batch;
}

RolloutBatch GrpoTrainer::Sample(StepMetrics& metrics) {
  const GrpoConfig& config = setup_.config;
  RolloutBatch batch;
  int64_t prompts = 0, kept = 0;
  const int64_t rounds = config.dynamic_sampling == DynamicSampling::kRefill ? 1 + config.max_refill_rounds : 1;
  for (int64_t round = 0; round < rounds && kept < config.prompts_per_step; ++round) {
    RolloutRewards rewards(rewards_, static_cast<size_t>(config.prompts_per_step), static_cast<size_t>(config.group_size));
    RolloutBatch more =
        Timed(metrics, "rollout", [&] { return SampleRound(state_.prompt_cursor + prompts, config.prompts_per_step, rewards); });
    prompts += config.prompts_per_step;
    Timed(metrics, "reward", [&] { rewards.Finish(metrics, more); });
    for (RolloutGroup& group : more.groups) {
      SetAdvantages(group, config);
      kept += HasVariance(GroupRewards(group)) && !LearnedFrom(config, group).empty() ? 1 : 0;
      batch.groups.push_back(std::move(group));
    }
    batch.weights_version = more.weights_version;
  }
  metrics.Set("prompts", static_cast<double>(prompts));
  return batch;
}

void GrpoTrainer::Describe(StepMetrics& metrics, const RolloutBatch& batch) const {
  double n = 0, tokens = 0, longest = 0, entropy = 0, std = 0, finished = 0, without_variance = 0;
  double reward = 0, rewarded = 0, difficulty = 0, of_tasks = 0;
  std::vector<std::pair<double, double>> parts(rewards_.specs().size());  // sum, count
  for (const RolloutGroup& group : batch.groups) {
    const std::vector<float> rewards = GroupRewards(group);
    if (!HasVariance(rewards)) ++without_variance;
    std += MomentsOf(rewards).std;
    difficulty += static_cast<double>(group.example.difficulty);
    of_tasks += group.example.difficulty > 0 ? 1 : 0;
    for (const Rollout& r : group.rollouts) {
      n += 1;
      tokens += static_cast<double>(r.token_ids.size());
      longest = std::max(longest, static_cast<double>(r.token_ids.size()));
      for (float h : r.entropies) entropy += h;
      if (r.reward.score) reward += *r.reward.score, rewarded += 1;
      finished += r.finished ? 1 : 0;
      for (size_t i = 0; i < r.reward.parts.size(); ++i)
        if (r.reward.parts[i].score) parts[i].first += *r.reward.parts[i].score, parts[i].second += 1;
    }
  }
  const auto groups = static_cast<double>(batch.groups.size());
  if (setup_.curriculum.enabled && of_tasks > 0) metrics.Set("difficulty", difficulty / of_tasks);
  metrics.Set("reward", reward / std::max(1.0, rewarded));
  metrics.Set("reward_std", std / groups);
  for (size_t i = 0; i < parts.size(); ++i)
    if (parts[i].second > 0) metrics.Set("reward/" + rewards_.specs()[i].name, parts[i].first / parts[i].second);
  metrics.Set("completion_tokens", tokens / n);
  metrics.Set("completion_tokens_max", longest);
  metrics.Set("finished", finished / n);
  metrics.Set("entropy", entropy / std::max(1.0, tokens));
  metrics.Set("groups_without_variance", without_variance / groups);
  metrics.Set("rollout_tokens_per_s", tokens / std::max(1e-9, metrics.Get("time/rollout_s")));
}

std::vector<float> GrpoTrainer::Recompute(const Model& model, const RolloutBatch& batch) {
  ExecContext ctx = runtime_.Context();
  std::vector<float> logprobs;
  for (const RolloutGroup& group : batch.groups) {
    TrainingBatch completions;
    AddTo(completions, group, AllOf(group));
    const ops::LogProbs scores =
        ScoreBatch(ctx, model, completions, static_cast<float>(1.0f / static_cast<float>(setup_.config.temperature)));
    logprobs.insert(logprobs.end(), scores.logprobs.f32(), scores.logprobs.f32() + scores.logprobs.numel());
  }
  return logprobs;
}

void GrpoTrainer::CheckOnPolicy(StepMetrics& metrics, const RolloutBatch& batch) {
  const std::vector<float> recomputed = Timed(metrics, "check", [&] { return Recompute(model_, batch); });
  size_t at = 0;
  for (size_t g = 0; g < batch.groups.size(); ++g) {
    for (size_t i = 0; i < batch.groups[g].rollouts.size(); ++i) {
      const Rollout& r = batch.groups[g].rollouts[i];
      for (size_t t = 0; t < r.token_ids.size(); ++t, ++at) {
        if (std::memcmp(&recomputed[at], &r.sampler_logprobs[t], sizeof(float)) == 0) continue;
        Fail(ErrorCode::kDiverged, "check-onpolicy: step ", state_.step, ", prompt ", g, ", completion ", i, ", token ", t,
             ": the sampler's log-probability ", r.sampler_logprobs[t], " and the trainer's ", recomputed[at], " differ");
      }
    }
  }
  metrics.Set("checked_tokens", static_cast<double>(at));
}

bool GrpoTrainer::LearnsFrom(const GrpoConfig& config, const Rollout& rollout) {
  return !config.mask_truncated_completions || rollout.finished;
}

std::vector<std::vector<const RolloutGroup*>> GrpoTrainer::UpdateGroups(const RolloutBatch& batch) const {
  const GrpoConfig& config = setup_.config;
  // Groups that count. Without variance a group moves nothing but the KL term; `off` still counts its tokens in the loss, and one
  // that was cut altogether among the sequences.
  std::vector<const RolloutGroup*> groups;
  for (const RolloutGroup& group : batch.groups)
    if (config.dynamic_sampling == DynamicSampling::kOff ||
        (HasVariance(GroupRewards(group)) && !LearnedFrom(config, group).empty()))
      groups.push_back(&group);
  if (config.dynamic_sampling == DynamicSampling::kRefill && static_cast<int64_t>(groups.size()) > config.prompts_per_step)
    groups.resize(static_cast<size_t>(config.prompts_per_step));
  const size_t updates = static_cast<size_t>(config.updates_per_rollout);
  std::vector<std::vector<const RolloutGroup*>> split;
  for (size_t u = 0; u < updates; ++u)
    split.emplace_back(groups.begin() + static_cast<int64_t>(groups.size() * u / updates),
                       groups.begin() + static_cast<int64_t>(groups.size() * (u + 1) / updates));
  return split;
}

LossNormalizer GrpoTrainer::Normalizer(const GrpoConfig& config, const std::vector<const RolloutGroup*>& groups) {
  LossNormalizer normalizer;
  normalizer.max_completion_tokens = config.max_completion_tokens;
  for (const RolloutGroup* group : groups) {
    normalizer.num_sequences += static_cast<int64_t>(group->rollouts.size());
    for (const Rollout* r : LearnedFrom(config, *group)) normalizer.num_tokens += static_cast<int64_t>(r->token_ids.size());
  }
  // A constant does not change with how many groups have something to learn from.
  if (config.Loss().aggregation == LossAggregation::kConstant && config.dynamic_sampling != DynamicSampling::kOff)
    normalizer.num_sequences = std::max<int64_t>(1, config.prompts_per_step * config.group_size / config.updates_per_rollout);
  return normalizer;
}

bool GrpoTrainer::UpdateOn(StepMetrics& metrics, const std::vector<const RolloutGroup*>& groups, int64_t update,
                           GrpoLossResult& total) {
  const GrpoConfig& config = setup_.config;
  std::vector<std::pair<const RolloutGroup*, std::vector<const Rollout*>>> learned;  // groups that are not cut altogether
  for (const RolloutGroup* group : groups)
    if (auto rollouts = LearnedFrom(config, *group); !rollouts.empty()) learned.emplace_back(group, std::move(rollouts));
  if (learned.empty()) return false;
  const GrpoLossConfig loss_config = config.Loss();
  const float inv_temperature = 1.0f / static_cast<float>(config.temperature);
  const LossNormalizer normalizer = Normalizer(config, groups);
  const int64_t most = MicroBatchTokens(config.max_tokens_per_micro_batch, model_.config(), runtime_.pool.num_threads());
  model_.parameters().ReleasePacked();
  model_.parameters().ZeroGrads();
  for (size_t g = 0; g < learned.size();) {
    TrainingBatch micro;
    std::vector<float> old_logprobs, ref_logprobs, advantages;
    std::vector<int32_t> starts{0};
    do {
      const auto& [group, rollouts] = learned[g];
      for (const Rollout* r : rollouts) {
        old_logprobs.insert(old_logprobs.end(), r->sampler_logprobs.begin(), r->sampler_logprobs.end());
        ref_logprobs.insert(ref_logprobs.end(), r->ref_logprobs.begin(), r->ref_logprobs.end());
        advantages.push_back(r->advantage);
        starts.push_back(starts.back() + static_cast<int32_t>(r->token_ids.size()));
      }
      AddTo(micro, *group, rollouts);
      ++g;
    } while (g < learned.size() && micro.num_tokens() + TokensToRun(*learned[g].first, learned[g].second) <= most);
    if (micro.num_tokens() > largest_.tokens) largest_ = {micro.num_tokens(), micro.num_targets()};
    Tape tape;
    ExecContext ctx = runtime_.Context(&tape);
    const ops::LogProbs scores = Timed(metrics, "forward", [&] { return ScoreBatch(ctx, model_, micro, inv_temperature); });
    const std::span<const float> logprobs(scores.logprobs.f32(), static_cast<size_t>(scores.logprobs.numel()));
    total = GrpoLoss(loss_config, normalizer, {logprobs, old_logprobs, ref_logprobs, starts, advantages}, total);
    Tensor d_logprobs = Tensor::Empty(*runtime_.allocator, scores.logprobs.shape());
    std::memcpy(d_logprobs.raw(), total.d_logprobs.data(), d_logprobs.bytes());
    tape.AddGrad(ctx, scores.logprobs.id(), std::move(d_logprobs));
    Timed(metrics, "backward", [&] { tape.Backward(); });
  }
  const double learning_rate = LearningRate(update);
  ExecContext ctx = runtime_.Context();
  metrics.Set("grad_norm", Timed(metrics, "optimizer", [&] { return optimizer_.Step(ctx, static_cast<float>(learning_rate)); }));
  metrics.Set("learning_rate", learning_rate);
  state_.optimizer_step = optimizer_.step();
  return true;
}

// By the updates that there were to be: those without a group to learn from bring the end nearer too.
double GrpoTrainer::LearningRate(int64_t update) const {
  const GrpoConfig& config = setup_.config;
  return config.schedule.At(state_.step * config.updates_per_rollout + update, config.steps * config.updates_per_rollout);
}

void GrpoTrainer::Update(StepMetrics& metrics, const RolloutBatch& batch) {
  GrpoLossResult total;
  double grad_norm = 0, updates = 0;  // the largest norm; one that is not finite stays
  metrics.Set("grad_norm", 0);
  metrics.Set("learning_rate", LearningRate(0));
  const auto split = UpdateGroups(batch);
  for (size_t u = 0; u < split.size(); ++u) {
    if (!UpdateOn(metrics, split[u], static_cast<int64_t>(u), total)) continue;
    const double norm = metrics.Get("grad_norm");
    if (std::isfinite(grad_norm) && !(norm <= grad_norm)) grad_norm = norm;
    ++updates;
  }
  metrics.Set("updates", updates);
  metrics.Set("grad_norm", grad_norm);
  const double tokens = std::max<double>(1, static_cast<double>(total.num_tokens));
  metrics.Set("loss", total.loss / std::max(1.0, updates));
  metrics.Set("kl", total.kl_sum / tokens);
  metrics.Set("old_kl", total.old_kl_sum / tokens);
  metrics.Set("ratio_mean", total.ratio_sum / tokens);
  metrics.Set("ratio_max", total.ratio_max);
  metrics.Set("clip_low", static_cast<double>(total.clipped_low) / tokens);
  metrics.Set("clip_high", static_cast<double>(total.clipped_high) / tokens);
}

// The curriculum is a function of how right the answers are at each difficulty.
void GrpoTrainer::UpdateDifficulty(const RolloutBatch& batch) {
  if (!setup_.curriculum.enabled) return;
  const std::optional<size_t> judge = JudgingReward(rewards_.specs());
  if (!judge) return;
  std::map<int64_t, std::pair<double, double>> by_difficulty;  // sum, count
  for (const RolloutGroup& group : batch.groups) {
    if (group.example.difficulty == 0) continue;
    auto& [sum, count] = by_difficulty[group.example.difficulty];
    for (const Rollout& r : group.rollouts)
      if (const auto& score = r.reward.parts[*judge].score) sum += std::clamp(*score, 0.0, 1.0), count += 1;
  }
  for (const auto& [difficulty, sum] : by_difficulty)
    if (sum.second > 0) UpdateCurriculum(setup_.curriculum, difficulty, sum.first / sum.second, state_.curriculum);
}

StepMetrics GrpoTrainer::Step(RolloutBatch* rollouts) {
  StepMetrics metrics;
  const auto start = std::chrono::steady_clock::now();
  RolloutBatch batch = Sample(metrics);
  Describe(metrics, batch);
  if (setup_.check_onpolicy) CheckOnPolicy(metrics, batch);
  if (reference_) {
    const std::vector<float> reference = Timed(metrics, "reference", [&] { return Recompute(*reference_, batch); });
    size_t at = 0;
    for (RolloutGroup& group : batch.groups)
      for (Rollout& r : group.rollouts) {
        r.ref_logprobs.assign(reference.begin() + static_cast<int64_t>(at),
                              reference.begin() + static_cast<int64_t>(at + r.token_ids.size()));
        at += r.token_ids.size();
      }
  }
  Update(metrics, batch);
  engine_.UpdateWeights();

  UpdateDifficulty(batch);
  state_.prompt_cursor += static_cast<int64_t>(metrics.Get("prompts"));
  ++state_.step;
  if (reference_ && setup_.config.reference_refresh_steps > 0 && state_.step % setup_.config.reference_refresh_steps == 0)
    CopyWeights(model_, *reference_);
  metrics.Set("time/step_s", SecondsSince(start));
  if (rollouts) *rollouts = std::move(batch);
  return metrics;
}

}  // namespace r1
