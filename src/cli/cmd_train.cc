// r1 train RECIPE.toml: everything from random weights to a trained model.
#include <CLI/CLI.hpp>
#include <memory>

#include "base/interrupt.h"
#include "cli/command.h"
#include "recipe/pipeline.h"

namespace r1 {
namespace {

struct TrainFlags {
  std::string recipe;
  PipelineOptions options;
  std::vector<std::string> set;
};

void Train(const TrainFlags& flags) {
  Recipe recipe = LoadRecipe(flags.recipe, flags.set);
  PipelineOptions options = flags.options;
  if (options.out.empty()) options.out = "runs/" + recipe.name;
  InterruptGuard guard;
  Pipeline pipeline(std::move(recipe), options, Terminal::Stderr());
  pipeline.Run();
}

}  // namespace

void SetUpTrain(CLI::App& app) {
  auto flags = std::make_shared<TrainFlags>();
  app.add_option("recipe", flags->recipe, "The recipe, a TOML file; its settings: r1 help-recipe")
      ->required()
      ->type_name("RECIPE.toml");
  app.add_option("--out", flags->options.out, "Folder of the run (default: runs/ and the recipe's name)")->type_name("DIR");
  app.add_flag("--resume", flags->options.resume, "Go on with the run in that folder from its latest checkpoint");
  app.add_option("--set", flags->set, "Change a setting: --set stages.1.grpo.steps=20 (may be repeated)")->type_name("KEY=VALUE");
  app.add_flag("--check-onpolicy", flags->options.check_onpolicy,
               "Recompute every rollout log-probability in the trainer and stop at the first bit that differs");
  app.add_option("--threads", flags->options.threads, "Threads (default: one per CPU); no bit of the result depends on it")
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  app.callback([flags] { Train(*flags); });
}

}  // namespace r1
