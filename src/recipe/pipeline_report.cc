// What a run tells the person who watches it.
#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/interrupt.h"
#include "data/fitting_questions.h"
#include "recipe/pipeline.h"
#include "recipe/recipe_memory.h"
#include "recipe/task_data.h"
#include "train/rollout_engine.h"

namespace r1 {

void Pipeline::Say(const std::string& line) {
  if (progress_)
    progress_->Print(line);
  else
    terminal_.Write(line + "\n");
}

void Pipeline::PrintPlan() {
  Say(terminal_.Bold(recipe_.name) + (recipe_.description.empty() ? "" : ": " + recipe_.description));
  const std::string& folder = recipe_.stages.front().start_from;
  const ModelConfig config = FirstModelConfig(recipe_, tokenizer_->vocab_size());
  Say(StrCat("  model      ", config.architecture, ", ", FormatQuantity(static_cast<double>(config.NumParameters())),
             " parameters, ", config.num_layers, " layers, width ", config.hidden_size, ", ", tokenizer_->vocab_size(),
             " tokens; from ", folder.empty() ? "random weights" : folder, ", seed ", recipe_.seed));
  for (size_t i = 0; i < recipe_.stages.size(); ++i) {
    const StageRecipe& stage = recipe_.stages[i];
    const bool pretrains = stage.kind == StageKind::kPretrain;
    if (pretrains) {
      Say(StrCat("  stage ", i + 1, "    ", stage.name, ": pre-training on ",
                 FormatQuantity(static_cast<double>(stage.pretrain.tokens)), " tokens, ", stage.pretrain.Steps(), " steps"));
    } else {
      Say(StrCat("  stage ", i + 1, "    ", stage.name, ": reinforcement learning (", EnumToString(stage.grpo.variant), "), ",
                 stage.grpo.steps, " steps of ", stage.grpo.prompts_per_step, " questions x ", stage.grpo.group_size, " answers"));
    }
    const int64_t warmup = (pretrains ? stage.pretrain.schedule : stage.grpo.schedule).warmup_steps;
    const int64_t updates = pretrains ? stage.pretrain.Steps() : stage.grpo.steps * stage.grpo.updates_per_rollout;
    if (warmup > updates)
      Say(StrCat("             its ", updates, " updates end within the warm-up of ", warmup,
                 ": the learning rate does not reach its peak"));
  }
  Say(StrCat("  memory     ", PlanRecipeMemory(recipe_, config, runtime_.pool.num_threads()).Describe()));
  Say(StrCat("  compute    ", runtime_.pool.num_threads(), runtime_.pool.num_threads() == 1 ? " thread, " : " threads, ",
             runtime_.kernels.isa, " kernels; folder ", options_.write ? paths_.root : "(none)"));
}

bool Pipeline::IsFirstReinforced(const StageRecipe& stage) const {
  const auto first =
      std::find_if(recipe_.stages.begin(), recipe_.stages.end(), [](const StageRecipe& s) { return s.kind == StageKind::kGrpo; });
  return first != recipe_.stages.end() && first->name == stage.name;
}

const std::vector<EvalTask>& Pipeline::HeldOutQuestions(const StageRecipe& stage, const std::string& prompt_template, bool full) {
  const auto [place, is_new] = held_out_.try_emplace({prompt_template, full});
  std::vector<EvalTask>& tasks = place->second;
  if (is_new) {
    const int64_t questions = full ? recipe_.evaluation.final_questions_per_task : recipe_.evaluation.questions_per_task;
    tasks = HeldOutTasks(WithStoredData(evaluation_shares()), questions, recipe_.seed,
                         FittingQuestions(*tokenizer_, FindPromptTemplate(prompt_template),
                                          RolloutContext(stage.grpo, model_->config(), runtime_.pool.num_threads()),
                                          stage.grpo.max_completion_tokens));
  }
  return tasks;
}

void Pipeline::EvaluatePolicy(const StageRecipe& stage, const std::string& label, bool full, bool header) {
  const EvaluationRecipe& evaluation = recipe_.evaluation;
  const std::string& prompt_template = label == "policy" ? recipe_.prompt_template : label;
  const std::vector<EvalTask>& tasks = HeldOutQuestions(stage, prompt_template, full);
  if (tasks.empty()) {
    if (header) Say("no evaluation: no held-out question has an answer");
    return;
  }
  EvalOptions options;
  options.prompt_template = prompt_template;
  options.samples = full ? evaluation.final_samples : evaluation.samples;
  options.sampling.temperature = static_cast<float>(evaluation.temperature);
  options.sampling.top_p = static_cast<float>(evaluation.top_p);
  options.sampling.max_tokens = stage.grpo.max_completion_tokens;
  const bool logs_questions = log_ && label == "policy";
  options.sampling.entropy = logs_questions;  // for people; no token depends on it
  options.seed = recipe_.seed;
  if (progress_) progress_->Update(grpo_->state().step, "evaluating on held-out questions");
  const EvalReport report =
      Evaluate(grpo_->engine(), *tokenizer_, tasks, options, [](const GenerateProgress&) { ThrowIfInterrupted(); });
  if (log_) log_->Evaluation(state_.step, stage.name, label, report);
  if (logs_questions) log_->Questions(state_.step, stage.name, tasks, report);
  ShowEvaluation(stage, label, report, header);
}

void Pipeline::ShowEvaluation(const StageRecipe& stage, const std::string& label, const EvalReport& report, bool header) {
  if (header) {
    Say(terminal_.Dim(Format("  %-26s %6s %7s  %13s %7s %7s %7s %8s %7s %7s", "held-out questions", "n x k", "pass@1", "95%",
                             "pass@k", "cons@k", "format", "length", "English", "checks")));
  }
  auto line = [&](const EvalRow& row, const std::string& name) {
    Say(Format("  %-26s %4lldx%-2lld %6.1f%%  %5.1f-%5.1f%% %6.1f%% %6.1f%% %6.1f%% %8.1f %6.0f%% %7.2f", name.c_str(),
               static_cast<long long>(row.questions), static_cast<long long>(row.samples), 100 * row.pass_at_1,
               100 * row.pass_at_1_interval.low, 100 * row.pass_at_1_interval.high, 100 * row.pass_at_k, 100 * row.cons_at_k,
               100 * row.format, row.mean_tokens, 100 * row.english, row.self_checks));
  };
  std::string name = "base, asked for a solution";
  if (label == "policy")
    name = grpo_->state().step > 0    ? StrCat("after ", grpo_->state().step, " steps")
           : IsFirstReinforced(stage) ? "before RL"
                                      : "before " + stage.name;
  if (header && grpo_->state().step > 0 && report.rows.size() > 1)
    for (const EvalRow& row : report.rows) line(row, "  " + row.task);
  line(report.total, name);
}

// Of the completions of the step's first question the first with the best reward: what the policy is up to now.
void Pipeline::ShowSample(const StageRecipe& stage, const RolloutBatch& rollouts) {
  const RolloutGroup& group = rollouts.groups.front();
  const Rollout* best = &group.rollouts.front();
  for (const Rollout& r : group.rollouts)
    if (r.reward.score.value_or(0) > best->reward.score.value_or(0)) best = &r;
  const double reward = best->reward.score.value_or(0);
  if (log_) log_->Sample(state_.step + 1, stage.name, group.example, best->text, reward);
  Say(StrCat("    ", terminal_.Cyan("Q: "), PrintableText(group.example.question, true), "  ",
             terminal_.Dim("(" + group.example.answer + ")")));
  std::string verdict = terminal_.Dim(StrCat("reward ", reward));
  if (const auto judge = JudgingReward(stage.grpo.rewards); judge && best->reward.parts[*judge].score)
    verdict = *best->reward.parts[*judge].score >= 1 ? terminal_.Green("right") : terminal_.Red("wrong");
  Say(StrCat("    ", terminal_.Cyan("A:"), terminal_.Dim(PrintableText(best->text, true)), "  ", verdict,
             terminal_.Dim(StrCat("  (best of ", group.rollouts.size(), ")"))));
}

}  // namespace r1
