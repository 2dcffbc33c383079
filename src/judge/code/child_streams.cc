#include "judge/code/child_streams.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/clock.h"

namespace r1 {
namespace {

// Reads once. False: the stream has ended.
bool ReadSome(ChildStream& stream, bool& exceeded) {
  char buffer[65536];
  const ssize_t got = read(stream.fd.get(), buffer, sizeof(buffer));
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  const int64_t room = stream.most_bytes - static_cast<int64_t>(stream.text->size());
  stream.text->append(buffer, static_cast<size_t>(std::min<int64_t>(got, room)));
  if (got > room) exceeded = true;
  return got > 0;
}

}  // namespace

void DrainStreams(std::vector<ChildStream>& streams, const std::vector<int>& stop_fds, double deadline_s,
                  const DrainEvents& events) {
  bool exceeded = false, told_exceeded = false, stopped = false;
  for (;;) {
    std::vector<pollfd> waiting;
    std::vector<ChildStream*> readable;
    for (ChildStream& stream : streams) {
      if (!stream.fd) continue;
      waiting.push_back({stream.fd.get(), POLLIN, 0});
      readable.push_back(&stream);
    }
    if (waiting.empty()) return;
    if (!stopped) {
      for (const int fd : stop_fds) waiting.push_back({fd, POLLIN, 0});  // poll() looks past -1
    }
    const double left_s = deadline_s - SteadySeconds();
    poll(waiting.data(), waiting.size(), left_s > 0 ? static_cast<int>(std::min(left_s * 1000 + 1, 1e6)) : 0);
    for (size_t i = 0; i < readable.size(); ++i) {
      if (waiting[i].revents != 0 && !ReadSome(*readable[i], exceeded)) readable[i]->fd.Close();
    }
    for (size_t i = readable.size(); i < waiting.size() && !stopped; ++i) {
      if (waiting[i].revents == 0) continue;
      stopped = true;
      events.on_stop();
    }
    if (exceeded && !told_exceeded) {
      told_exceeded = true;
      events.on_exceeded();
    }
    if (SteadySeconds() >= deadline_s) {
      events.on_deadline();
      deadline_s = SteadySeconds() + 1;
    }
  }
}

}  // namespace r1
