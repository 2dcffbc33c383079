#include "base/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "base/error.h"

namespace r1 {
namespace {

// Signals belong to the process, so this state does too.
std::atomic<int> pending_signal{0};
std::atomic<int> num_guards{0};
std::atomic<void (*)()> exit_hook{nullptr};
struct sigaction old_int, old_term, old_hup;

static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

extern "C" void OnSignal(int signal) {
  int expected = 0;
  // A shell that ends passes on the SIGHUP which its terminal has already sent.
  if (pending_signal.compare_exchange_strong(expected, signal) || signal == SIGHUP) return;
  if (const auto hook = exit_hook.load()) hook();
  _exit(128 + signal);
}

}  // namespace

InterruptGuard::InterruptGuard() : outermost_(num_guards.fetch_add(1) == 0) {
  if (!outermost_) return;
  pending_signal.store(0);
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  // No SA_RESTART: a blocked read (the chat's prompt) must wake up.
  sigaction(SIGINT, &action, &old_int);
  sigaction(SIGTERM, &action, &old_term);
  sigaction(SIGHUP, nullptr, &old_hup);
  if (old_hup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
  num_guards.fetch_sub(1);
  if (!outermost_) return;
  sigaction(SIGINT, &old_int, nullptr);
  sigaction(SIGTERM, &old_term, nullptr);
  sigaction(SIGHUP, &old_hup, nullptr);
}

void SetExitHook(void (*hook)()) { exit_hook.store(hook); }
bool Interrupted() { return pending_signal.load(std::memory_order_relaxed) != 0; }
int InterruptSignal() { return pending_signal.load(std::memory_order_relaxed); }
void ClearInterrupt() { pending_signal.store(0); }
void ThrowIfInterrupted() {
  if (Interrupted()) Fail(ErrorCode::kCancelled, "interrupted");
}

}  // namespace r1
