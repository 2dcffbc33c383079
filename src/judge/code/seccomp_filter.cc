#include "judge/code/seccomp_filter.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/files.h"

namespace r1 {
namespace {

// By what they would let a program do. libseccomp skips names that this machine does not have.
constexpr const char* kDenied[] = {
    // look into or steer another process
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "process_madvise",
    "process_mrelease",
    "kcmp",
    "pidfd_getfd",
    "pidfd_open",
    // other namespaces, roots and mounts
    "unshare",
    "setns",
    "chroot",
    "pivot_root",
    "mount",
    "umount",
    "umount2",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "mount_setattr",
    "name_to_handle_at",
    "open_by_handle_at",
    // keys, programs in the kernel, counters, asynchronous input and output: where most escapes of the last years began
    "keyctl",
    "add_key",
    "request_key",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "io_uring_enter",
    "io_uring_register",
    "vmsplice",
    "fanotify_init",
    "lookup_dcookie",
    "seccomp",
    "landlock_create_ruleset",
    // the machine itself
    "reboot",
    "kexec_load",
    "kexec_file_load",
    "init_module",
    "finit_module",
    "delete_module",
    "create_module",
    "swapon",
    "swapoff",
    "acct",
    "quotactl",
    "quotactl_fd",
    "nfsservctl",
    "syslog",
    "vhangup",
    "iopl",
    "ioperm",
    "modify_ldt",
    "settimeofday",
    "clock_settime",
    "clock_settime64",
    "clock_adjtime",
    "adjtimex",
    "sethostname",
    "setdomainname",
    "uselib",
    "ustat",
    "sysfs",
    "_sysctl",
    // memory that no limit here would see, and where memory lies
    "memfd_create",
    "memfd_secret",
    "shmget",
    "shmat",
    "shmctl",
    "shmdt",
    "semget",
    "semop",
    "semctl",
    "semtimedop",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "mq_open",
    "remap_file_pages",
    "mbind",
    "set_mempolicy",
    "migrate_pages",
    "move_pages",
    "mlockall",
};

// Name spaces of sockets that the network namespace does not hold (a virtual machine's host is one address away), or that open
// large parts of the kernel, are all but these.
constexpr uint64_t kFamilies[] = {AF_UNIX, AF_INET, AF_INET6};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release) {
    if (!context_) Fail(ErrorCode::kIo, "seccomp: cannot make a filter");
    seccomp_attr_set(get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree instead of a list; libseccomp 2.5
  }

  void Deny(const char* name, int error_number) {
    const int call = seccomp_syscall_resolve_name(name);
    if (call != __NR_SCMP_ERROR) Check(seccomp_rule_add(get(), SCMP_ACT_ERRNO(error_number), call, 0), name);
  }
  void Deny(int call, int error_number, std::initializer_list<scmp_arg_cmp> arguments) {  // all of them hold
    Check(seccomp_rule_add_array(get(), SCMP_ACT_ERRNO(error_number), call, static_cast<unsigned>(arguments.size()),
                                 arguments.begin()),
          "rule");
  }
  scmp_filter_ctx get() { return context_.get(); }

  static void Check(int result, const char* what) {
    if (result < 0) FailErrno("add to the seccomp filter", what, -result);
  }

 private:
  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
};

void DenyNamespaces(Filter& filter) {
  // clone3 takes its flags from memory, where a filter cannot look; "no such call" makes the C library use clone.
  filter.Deny("clone3", ENOSYS);
  for (const uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP})
    filter.Deny(SCMP_SYS(clone), EPERM, {SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag)});
}

void DenySockets(Filter& filter) {
  uint64_t next = 0;  // the families below, between and above the allowed ones
  for (const uint64_t family : kFamilies) {
    for (; next < family; ++next) filter.Deny(SCMP_SYS(socket), EAFNOSUPPORT, {SCMP_A0(SCMP_CMP_EQ, next)});
    next = family + 1;
  }
  filter.Deny(SCMP_SYS(socket), EAFNOSUPPORT, {SCMP_A0(SCMP_CMP_GE, next)});
}

void DenyTerminals(Filter& filter) {
  for (const uint64_t request : {uint64_t{TIOCSTI}, uint64_t{TIOCLINUX}, uint64_t{TIOCSCTTY}, uint64_t{TIOCSETD}})
    filter.Deny(SCMP_SYS(ioctl), EPERM, {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, request)});
}

// See launch.cc: the limit on core files stays as it is. Asking for it is harmless.
void DenyCoreLimits(Filter& filter) {
  filter.Deny(SCMP_SYS(setrlimit), EPERM, {SCMP_A0(SCMP_CMP_MASKED_EQ, 0xffffffff, RLIMIT_CORE)});
  filter.Deny(SCMP_SYS(prlimit64), EPERM, {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, RLIMIT_CORE), SCMP_A2(SCMP_CMP_NE, 0)});
}

}  // namespace

OwnedFd MakeSeccompFilter() {
  Filter filter;
  for (const char* name : kDenied) filter.Deny(name, EPERM);
  DenyNamespaces(filter);
  DenySockets(filter);
  DenyTerminals(filter);
  DenyCoreLimits(filter);
  // Only the two harmless questions about the execution domain.
  filter.Deny(SCMP_SYS(personality), EPERM, {SCMP_A0(SCMP_CMP_NE, 0xffffffff)});

  const OwnedFd exported(memfd_create("r1-seccomp", MFD_CLOEXEC));
  if (!exported) FailErrno("make", "a file in memory", errno);
  Filter::Check(seccomp_export_bpf(filter.get(), exported.get()), "its export");
  std::string program(static_cast<size_t>(lseek(exported.get(), 0, SEEK_END)), '\0');
  if (pread(exported.get(), program.data(), program.size(), 0) != static_cast<ssize_t>(program.size()))
    FailErrno("read", "the seccomp filter", errno);
  return MakeSealedFile(program);
}

}  // namespace r1
