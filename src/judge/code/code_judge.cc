#include "judge/code/code_judge.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/thread_pool.h"
#include "judge/code/judge_forms.h"
#include "judge/code/language.h"
#include "judge/code/program.h"
#include "judge/code/run_verdict.h"
#include "judge/code/sandbox.h"

namespace r1 {
namespace {

// Threads that take what was submitted in order. They live as long as the judge: a sandbox dies with the thread that started it.
class Workers {
 public:
  explicit Workers(int64_t count) : count_(count) {}
  ~Workers() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    ready_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void Add(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    if (static_cast<int64_t>(threads_.size()) < count_) threads_.emplace_back([this] { Loop(); });
    jobs_.push_back(std::move(job));
    ready_.notify_one();
  }

 private:
  void Loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ready_.wait(lock, [&] { return stop_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  const int64_t count_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  bool stop_ = false;
};

std::vector<TestOutcome> RunTests(const Sandbox& sandbox, const Program& program, const CodeTests& tests,
                                  const CodeJudgeConfig& config) {
  if (const auto* stdin_tests = std::get_if<StdinTests>(&tests)) return JudgeStdinTests(sandbox, program, *stdin_tests, config);
  if (const auto* calls = std::get_if<CallTests>(&tests))
    return JudgePythonAsserts(sandbox, program, AssertsOfCalls(*calls, config.tolerance), config);
  return JudgePythonAsserts(sandbox, program, std::get<AssertTests>(tests), config);
}

void Summarize(const CodeJudgeConfig& config, CodeResult& result) {
  for (size_t i = 0; i < result.tests.size(); ++i) {
    const TestOutcome& test = result.tests[i];
    if (test.verdict == Verdict::kAccepted) {
      ++result.num_passed;
    } else if (result.verdict == Verdict::kAccepted) {
      result.verdict = test.verdict;
      result.reason = StrCat("test ", i + 1, ": ", test.reason);
    }
  }
  if (result.verdict == Verdict::kAccepted && result.num_passed < result.num_tests) {  // none of the above may miss one
    result.verdict = Verdict::kWrongAnswer;
    result.reason = StrCat("only ", result.num_passed, " of ", result.num_tests, " tests were run");
  }
  const double share = static_cast<double>(result.num_passed) / static_cast<double>(result.num_tests);
  result.score = config.partial_credit ? share : share < 1 ? 0 : 1;
}

}  // namespace

struct CodeJudge::State {
  explicit State(const CodeJudgeConfig& c)
      : config(c),
        sandbox({.unsafe_without_isolation = c.unsafe_without_isolation, .use_cgroups = c.use_cgroups}),
        workers(c.jobs > 0 ? c.jobs : std::max(1u, std::thread::hardware_concurrency())) {
    config.all_tests = config.all_tests || config.partial_credit;
  }
  CodeJudgeConfig config;
  Sandbox sandbox;
  Workers workers;  // last: its threads use the others
};

void CodeJudgeConfig::Validate() const {
  Require(jobs >= 0 && jobs <= 1024, "jobs must be between 0 and 1024, got ", jobs);
  Require(tolerance >= 0 && tolerance < 1, "tolerance must be at least 0 and below 1, got ", tolerance);
}

CodeJudge::CodeJudge(const CodeJudgeConfig& config) {
  config.Validate();
  config.run.Validate();
  config.compile.Validate();
  state_ = std::make_unique<State>(config);
}

CodeJudge::~CodeJudge() = default;

CodeResult CodeJudge::Judge(const CodeSubmission& submission, const CodeTests& tests) const {
  const CodeLanguage& language = CodeLanguageNamed(submission.language);
  const bool is_python = std::string_view(language.name) == "python";
  Require(std::holds_alternative<StdinTests>(tests) || is_python, "only Python has assert and call tests, not ", language.name);
  CodeResult result;
  result.num_tests = static_cast<int64_t>(NumTests(tests));
  Require(result.num_tests > 0, "a submission needs at least one test");
  const Program program = PrepareProgram(state_->sandbox, language, submission.source, state_->config.compile);
  result.compile_s = program.compile_s;
  if (!program.compile_message.empty()) {
    result.verdict = Verdict::kCompileError;
    result.compile_message = program.compile_message;
    result.reason = HeadOf(program.compile_message.substr(0, program.compile_message.find('\n')), 300);
    result.score = state_->config.compile_error_score;
    return result;
  }
  result.tests = RunTests(state_->sandbox, program, tests, state_->config);
  Summarize(state_->config, result);
  return result;
}

std::future<CodeResult> CodeJudge::Submit(CodeSubmission submission, CodeTests tests) {
  auto task = std::make_shared<std::packaged_task<CodeResult()>>(
      [this, submission = std::move(submission), tests = std::move(tests)] { return Judge(submission, tests); });
  std::future<CodeResult> later = task->get_future();
  state_->workers.Add([task] { (*task)(); });
  return later;
}

std::vector<CodeJudge::Ran> CodeJudge::RunOn(const CodeSubmission& submission, const std::vector<std::string>& inputs) const {
  const CodeJudgeConfig& config = state_->config;
  const Program program =
      PrepareProgram(state_->sandbox, CodeLanguageNamed(submission.language), submission.source, config.compile);
  if (!program.compile_message.empty()) return {inputs.size(), {Verdict::kCompileError, program.compile_message, ""}};
  std::vector<Ran> runs;
  for (const std::string& text : inputs) {
    const OwnedFd input = MakeSealedFile(text);
    RunRequest request = program.Request();
    request.input = &input;
    request.limits = config.run;
    RunResult result = state_->sandbox.Run(std::move(request));
    const TestOutcome outcome = OutcomeOf(result, config.run);
    runs.push_back({outcome.verdict, outcome.reason, std::move(result.output)});
  }
  return runs;
}

std::string CodeJudge::Describe() const { return state_->sandbox.Describe(); }

}  // namespace r1
