// r1: one binary that trains a language model to reason and serves it. Here: the table of subcommands, and the one place where
// errors become messages and exit codes.
#include <fcntl.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <new>

#include "base/error.h"
#include "base/suggest.h"
#include "base/terminal.h"
#include "cli/command.h"

namespace r1 {
namespace {

constexpr Command kCommands[] = {
    {"train", "Train a model by a recipe, from random weights to reinforcement learning",
     "  r1 train recipes/r1-zero-micro.toml                       # the whole run, into runs/r1-zero-micro\n"
     "  r1 train recipes/r1-zero-micro.toml --watch               # with a page that shows it, at http://127.0.0.1:8088\n"
     "  r1 train recipes/r1-zero-micro.toml --resume              # after Ctrl-C or a crash\n"
     "  r1 train recipes/r1-zero-micro.toml --out /tmp/short --set stages.1.grpo.steps=5",
     &SetUpTrain},
    {"watch", "Show runs in the browser: curves, what the model writes, pause and stop",
     "  r1 watch runs                                             # every run in a folder, at http://127.0.0.1:8088\n"
     "  r1 watch runs/r1-zero-micro --port 9000                   # one run, while r1 train works in it or later\n"
     "  r1 watch recipes/recorded                                 # a run that ships with r1",
     &SetUpWatch},
    {"run", "Talk to a model in the terminal, its thinking shown dimmed",
     "  r1 run models/r1-micro                                    # a chat; Ctrl-D leaves\n"
     "  r1 run models/r1-micro -p 'Compute 12-11+8?'              # one answer",
     &SetUpRun},
    {"serve", "Serve a model behind an OpenAI-compatible API",
     "  r1 serve models/r1-micro                                  # at http://127.0.0.1:8080/v1\n"
     "  r1 serve MODEL --host 0.0.0.0 --api-key-file keys.txt     # for others, with keys\n"
     "  r1 serve MODEL --path-prefix /api/openai_compat --port 9000",
     &SetUpServe},
    {"eval", "Ask a model held-out questions or a benchmark, and count right answers",
     "  r1 eval models/r1-micro --task words,chain -k 4           # a table with 95% intervals\n"
     "  r1 eval runs/r1-zero-micro --task chain --json            # for scripts\n"
     "  r1 eval models/r1-micro --data questions.jsonl --show 3\n"
     "  r1 eval MODEL --benchmark math500 --data math500.jsonl    # the R1 papers' protocol and figures, reports in evals/\n"
     "  r1 eval NAME --benchmark gsm8k --data gsm8k.jsonl --endpoint https://HOST/v1 --api-key-env KEY",
     &SetUpEval},
    {"judge", "Judge an answer as training and evaluation do",
     "  r1 judge math --gold '\\frac{3}{4}' --answer 'The answer is 0.75.'\n"
     "  r1 judge math pairs.jsonl --answer-key prediction         # {\"gold\": ..., \"prediction\": ...} a line\n"
     "  r1 judge math cases.jsonl --verdict-key expected --json   # beside recorded verdicts\n"
     "  r1 judge code solution.cpp --stdin '2 3' --expect 5       # in a sandbox; more tests: --tests tests.json\n"
     "  r1 judge code --batch answers.jsonl --json --jobs 8       # a program with its tests a line\n"
     "  r1 judge tests --generator g.py --correct a.py --correct b.cpp --wrong w.py --out tests.json",
     &SetUpJudge},
    {"tasks", "Show the tasks that problems can be drawn from, and problems of them",
     "  r1 tasks                                                  # all of them, each with a problem\n"
     "  r1 tasks knights --difficulty 3 --count 5                 # five problems with their answers\n"
     "  r1 tasks chain --count 1000 --split heldout --json        # JSON lines, as `r1 eval --data` reads them",
     &SetUpTasks},
    {"benchmarks", "List the benchmarks that r1 eval knows, and the data they need", "  r1 benchmarks", &SetUpBenchmarks},
    {"decontaminate", "Find test questions that a training set gives away",
     "  r1 decontaminate train.jsonl test.jsonl                   # 10 words in a row in common\n"
     "  r1 decontaminate train.jsonl test.jsonl --clean rest.jsonl",
     &SetUpDecontaminate},
    {"generate", "Complete a prompt, for scripts",
     "  r1 generate models/r1-micro -p 'Compute 7*8-6.' -n 4 --seed 7\n"
     "  r1 generate models/r1-micro --raw -p 'Question: 3+4=? Solution:' --json",
     &SetUpGenerate},
    {"perplexity", "How well a model foretells a text, and what rounding it costs",
     "  r1 perplexity models/r1-micro text.txt                                              # as the file has it\n"
     "  r1 perplexity models/r1-micro text.txt --weight-format int8 --beside models/r1-micro # what int8 loses\n"
     "  r1 perplexity model-q4_k_m.gguf texts.jsonl --beside model-bf16.gguf --context 512  # what the file lost",
     &SetUpPerplexity},
    {"bench", "Measure this machine, and how much of it r1 uses",
     "  r1 bench ops                                              # every kernel against the machine's ceilings\n"
     "  r1 bench engine models/r1-micro --quick                   # tokens per second of one model\n"
     "  r1 bench train --hidden-size 96 --json                    # pre-training and a whole GRPO step\n"
     "  r1 bench text models/r1-micro README.md                   # the tokenizer: load, encode, decode, megabytes per second",
     &SetUpBench},
    {"pull", "Download a model or a data set from Hugging Face, or another hub with its interface",
     "  r1 pull deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B         # then: r1 run deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B\n"
     "  r1 pull OWNER/NAME-GGUF:Q4_K_M                            # one GGUF file, by quantization or by name\n"
     "  r1 pull 'datasets/openai/gsm8k:main/test-*.parquet'       # a data set, or some files of it; r1 benchmarks names each "
     "one's\n"
     "  HF_TOKEN=hf_... r1 pull OWNER/GATED --out models/gated    # HF_ENDPOINT names another hub",
     &SetUpPull},
    {"convert", "Rewrite a model as a GGUF file or as a Hugging Face folder",
     "  r1 convert models/r1-micro r1-micro.gguf                  # for llama.cpp and all that builds on it\n"
     "  r1 convert DeepSeek-R1-Distill-Qwen-1.5B-Q8_0.gguf folder # for transformers; weights as BF16",
     &SetUpConvert},
    {"quantize", "Make a model smaller: fewer bits a weight, as a GGUF file",
     "  r1 quantize DeepSeek-R1-Distill-Qwen-1.5B r1.gguf --type Q4_K_M   # from a folder\n"
     "  r1 quantize model-bf16.gguf model-q8_0.gguf --type Q8_0           # from another GGUF file",
     &SetUpQuantize},
    {"replay", "Recompute a stored token of a training run, to the bit, and the parts of its loss",
     "  r1 replay runs/r1-zero-micro --step 2330 --token 1000     # token 1000 of all that the step sampled\n"
     "  r1 replay runs/r1-zero-micro --step 2330 --completion 3 --token 12",
     &SetUpReplay},
    {"help-recipe", "List the settings a recipe can hold",
     "  r1 help-recipe              # all of them, with defaults\n"
     "  r1 help-recipe clip         # those about clipping",
     &SetUpHelpRecipe},
    {"reference", "Print docs/reference.md: every command, flag and setting", "  r1 reference > docs/reference.md",
     &SetUpReference},
};

constexpr const char* kFooter =
    "Every command has examples: r1 COMMAND --help\n"
    "Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted";

int ExitCodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kDataLoss: return 2;
    case ErrorCode::kCancelled: return 130;
    case ErrorCode::kResourceExhausted:
    case ErrorCode::kIo:
    case ErrorCode::kDiverged: return 1;
  }
  return 1;
}

int Report(int exit_code, std::string_view message) {
  const Terminal terminal = Terminal::Stderr();
  std::cout.flush();
  terminal.Write("r1: " + terminal.Red("error:") + " " + PrintableText(message, /*one_line=*/true) + "\n");
  return exit_code;
}

// The exit code of a command that did what it was asked.
int Done(int exit_code = 0) {
  std::cout.flush();
  return std::cout && !Terminal::StdoutFailed() ? exit_code : Report(1, "cannot write to standard output");
}

std::string SeeHelp(const CLI::App& root) {
  const auto chosen = root.get_subcommands();
  return "See r1 " + (chosen.empty() ? "" : chosen.front()->get_name() + " ") + "--help";
}

// "--tepm" -> "; did you mean `--temp`?", among the flags of the command that was named.
std::string SuggestFlag(const CLI::App& root, const std::string& typed) {
  const auto chosen = root.get_subcommands();
  const CLI::App& app = chosen.empty() ? root : *chosen.front();
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  const std::string name = typed.substr(0, typed.find('='));
  const std::string nearest = name.starts_with("-") ? NearestName(name, flags) : "";
  return nearest.empty() ? ". " : "; did you mean `" + nearest + "`? ";
}

// A word that is no command deserves a better answer than "not expected".
void CheckCommandName(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> names;
  for (const Command& command : kCommands) {
    if (std::string_view(argv[1]) == command.name) return;
    names.push_back(command.name);
  }
  Require(std::string_view(argv[1]) != "help", "unknown command `help`; help is an option: r1 ",
          argc > 2 ? StrCat(argv[2], " ") : "", "--help");
  Fail(ErrorCode::kInvalidArgument, "unknown command `", argv[1], "`", SuggestText(argv[1], names));
}

// A standard stream that the caller closed must not become the number of a file that is opened later, into which messages would
// then be written. Its stand-in is one that nothing can be written to.
void OccupyStandardStreams() {
  for (int fd = 0; fd <= 2; ++fd)
    if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDONLY) != fd) break;  // the lowest free number
}

int Main(int argc, char** argv) {
  CLI::App app("r1 trains a language model to reason, from random weights, and runs it.", "r1");
  app.set_version_flag("--version", "r1 " R1_VERSION " (" __VERSION__ ")");
  app.footer(kFooter);
  app.require_subcommand(1);
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.help);
    sub->footer(std::string("Examples:\n") + command.examples);
    command.set_up(*sub);
  }
  if (argc < 2) {
    std::cout << app.help();
    return Done();
  }
  try {
    CheckCommandName(argc, argv);
    app.parse(argc, argv);
    return Done();
  } catch (const CLI::ExtrasError&) {
    const auto extra = app.remaining(/*recurse=*/true);
    const std::string word = extra.empty() ? "" : extra.front();
    return Report(2, "unexpected argument `" + word + "`" + SuggestFlag(app, word) + SeeHelp(app));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return Done(app.exit(error));  // --help and --version
    return Report(2, StrCat(error.what(), ". ", SeeHelp(app)));
  } catch (const Error& error) {
    return Report(ExitCodeOf(error.code()), error.what());
  } catch (const CLI::Error& error) {  // a command's own exit code, e.g. for a check that does not hold
    return Report(error.get_exit_code(), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return Report(1, StrCat(error.path1().string(), ": ", error.code().message()));
  } catch (const std::bad_alloc&) {
    return Report(1, "out of memory");
  } catch (const std::exception& error) {
    return Report(1, StrCat("internal error: ", error.what()));
  }
}

}  // namespace
}  // namespace r1

int main(int argc, char** argv) {
  r1::OccupyStandardStreams();
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of the write, told like a full disk
  return r1::Main(argc, argv);
}
