#include "judge/code/unsafe_folder.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/files.h"
#include "judge/code/bwrap_command.h"

namespace r1 {
namespace {

void Copy(const OwnedFd& from, const std::string& to, bool executable) {
  const OwnedFd source = Reopen(from), target(open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, executable ? 0555 : 0444));
  if (!target) FailErrno("write", to, errno);
  ssize_t sent = 0;
  while ((sent = sendfile(target.get(), source.get(), nullptr, size_t{1} << 30)) > 0) {
  }
  if (sent < 0) FailErrno("write", to, errno);
}

// The place of `folder` in `word`, where a path begins: at the front, or after "=".
size_t FindFolder(const std::string& word, const std::string& folder) {
  for (size_t at = word.find(folder); at != std::string::npos; at = word.find(folder, at + 1)) {
    const size_t end = at + folder.size();
    if ((at == 0 || word[at - 1] == '=') && (end == word.size() || word[end] == '/')) return at;
  }
  return std::string::npos;
}

}  // namespace

UnsafeFolder::UnsafeFolder(const RunRequest& request, const OwnedFd& supervisor, int user) {
  std::string pattern = std::filesystem::temp_directory_path() / "r1-judge-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) FailErrno("make", pattern, errno);
  path_ = pattern;
  chmod(path_.c_str(), 0755);
  for (const char* folder : {kBoxFolder, kScratchFolder}) {
    if (mkdir((path_ + folder).c_str(), 0755) != 0) FailErrno("make", path_ + folder, errno);
  }
  if (user >= 0 && chown((path_ + kScratchFolder).c_str(), static_cast<uid_t>(user), static_cast<gid_t>(user)) != 0)
    FailErrno("give away", path_ + kScratchFolder, errno);
  Copy(supervisor, path_ + kSupervisorPath, /*executable=*/true);
  for (const RunFile& file : request.files) Copy(*file.contents, path_ + file.path, file.executable);
}

UnsafeFolder::~UnsafeFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string UnsafeFolder::Map(const std::string& word) const {
  for (const std::string folder : {kBoxFolder, kScratchFolder}) {
    const size_t at = FindFolder(word, folder);
    if (at != std::string::npos) return word.substr(0, at) + path_ + word.substr(at);
  }
  return word;
}

}  // namespace r1
