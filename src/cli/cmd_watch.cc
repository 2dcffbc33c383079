// r1 watch DIR: the runs in a folder, in the browser.
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/terminal.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "server/watch/watch_server.h"
#include "server/web/web_assets.h"

namespace r1 {
namespace {

constexpr std::chrono::milliseconds kPoll{100};

struct WatchFlags {
  std::string folder;
  WatchConfig config;
};

void Watch(const WatchFlags& flags) {
  if (!std::filesystem::is_directory(flags.folder))
    Fail(ErrorCode::kNotFound, flags.folder, std::filesystem::exists(flags.folder) ? ": not a folder" : ": no such folder");
  const Terminal out = Terminal::Stderr();
  InterruptGuard guard;
  std::signal(SIGPIPE, SIG_IGN);
  const WatchServer server(flags.config, flags.folder);
  const size_t runs = RunCatalog(flags.folder).List().size();
  out.Write(StrCat(runs, runs == 1 ? " run" : " runs", " at ", out.Green(server.page_url()), "\n"));
  if (!HasWebApp()) out.Write("this r1 was built without its pages (no npm); the API is at /v1/runs\n");
  while (!Interrupted()) std::this_thread::sleep_for(kPoll);
}

}  // namespace

void SetUpWatch(CLI::App& app) {
  auto flags = std::make_shared<WatchFlags>();
  app.add_option("folder", flags->folder, "A run's folder, or one that holds runs")->required()->type_name("DIR");
  AddFlags(app, flags->config);
  app.callback([flags] { Watch(*flags); });
}

}  // namespace r1
