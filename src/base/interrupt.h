// Ctrl-C, SIGTERM and SIGHUP (the terminal was closed; not under nohup, which ignores it) as a flag that long work polls, so that
// it can write a checkpoint and leave cleanly. A second signal exits at once.
//   InterruptGuard guard;                       // while the command runs
//   for (...) { ...; ThrowIfInterrupted(); }    // or: if (Interrupted()) { save; return; }
#pragma once

namespace r1 {

// Catches these signals while it lives and gives the earlier handlers back afterwards. The first guard (outermost) does the
// work; guards inside it do nothing.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  bool outermost_;
};

// Called, if not null, before a second signal exits at once: what must not be left as it is, such as the terminal. Only
// async-signal-safe calls may be made in it.
void SetExitHook(void (*hook)());

// True once a signal came. Async-signal-safe and cheap: one relaxed load.
bool Interrupted();
// The signal that came, or 0.
int InterruptSignal();
// Forgets the signal, e.g. after the chat stopped one answer and goes on.
void ClearInterrupt();
// Throws Error kCancelled if Interrupted().
void ThrowIfInterrupted();

}  // namespace r1
