// r1 train RECIPE.toml: everything from random weights to a trained model.
#include <CLI/CLI.hpp>
#include <csignal>
#include <memory>

#include "base/interrupt.h"
#include "cli/command.h"
#include "recipe/pipeline.h"
#include "server/watch/watch_server.h"

namespace r1 {
namespace {

struct TrainFlags {
  std::string recipe;
  PipelineOptions options;
  std::vector<std::string> set;
  int watch_port = -1;  // -1: no page
};

void Train(const TrainFlags& flags) {
  Recipe recipe = LoadRecipe(flags.recipe, flags.set);
  PipelineOptions options = flags.options;
  if (options.out.empty()) options.out = "runs/" + recipe.name;
  InterruptGuard guard;
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the progress, or the page, may leave
  const Terminal out = Terminal::Stderr();
  Pipeline pipeline(std::move(recipe), options, out);
  std::unique_ptr<WatchServer> page;
  if (flags.watch_port >= 0) {
    WatchConfig config;
    config.port = flags.watch_port;
    page = std::make_unique<WatchServer>(config, options.out);
    out.Write("watch it at " + out.Green(page->page_url()) + "\n");
  }
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
  const CLI::Validator port(
      [](std::string& text) {
        const bool number = !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string::npos;
        return number && std::stoi(text) <= 65535
                   ? ""
                   : "expected a port, 0 to 65535, got " + text + " (the default port before another word: --watch=8088)";
      },
      "");
  app.add_option("--watch", flags->watch_port, "Show the run in the browser while it trains (default port: 8088; 0: any free one)")
      ->expected(0, 1)
      ->default_str("8088")
      ->check(port)
      ->type_name("[PORT]");
  app.callback([flags] { Train(*flags); });
}

}  // namespace r1
