#include "base/glob.h"

namespace r1 {
namespace {

// Whether one character is matched by what `pattern` begins with; *used is how long that is.
bool MatchesOne(std::string_view pattern, char c, size_t* used) {
  *used = 1;
  if (pattern[0] == '?') return c != '/';
  const size_t end = pattern[0] == '[' ? pattern.find(']', 2) : pattern.npos;
  if (end == pattern.npos) return pattern[0] == c;
  *used = end + 1;
  for (size_t i = 1; i < end; ++i) {
    if (i + 2 < end && pattern[i + 1] == '-') {
      if (pattern[i] <= c && c <= pattern[i + 2]) return true;
      i += 2;
    } else if (pattern[i] == c) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool GlobMatches(std::string_view pattern, std::string_view path) {
  size_t p = 0, at = 0;
  size_t star = pattern.npos, star_at = 0;  // the last `*`, and how far what it stands for reaches
  while (at < path.size()) {
    size_t used = 0;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_at = at;
    } else if (p < pattern.size() && MatchesOne(pattern.substr(p), path[at], &used)) {
      p += used;
      ++at;
    } else if (star != pattern.npos && path[star_at] != '/') {
      p = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

}  // namespace r1
