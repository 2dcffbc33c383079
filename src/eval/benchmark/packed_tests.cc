#include "eval/benchmark/packed_tests.h"

#include <cstdint>

#include "base/base64.h"
#include "base/error.h"
#include "base/inflate.h"

namespace r1 {
namespace {

// The opcodes of a pickled text; https://github.com/python/cpython/blob/main/Lib/pickletools.py has them all.
enum Opcode : uint8_t {
  kProto = 0x80,            // one byte: the protocol
  kFrame = 0x95,            // eight bytes: how many come in one piece, which nobody needs who has them all
  kShortBinUnicode = 0x8C,  // a length of one byte, and a text
  kBinUnicode = 'X',        // of four
  kBinUnicode8 = 0x8D,      // of eight
  kMemoize = 0x94,          // remember it for later use
  kBinPut = 'q',            // the same, under a number of one byte
  kStop = '.',
};

class PickleReader {
 public:
  PickleReader(std::string_view pickle, std::string_view what) : left_(pickle), what_(what) {}

  std::string_view Text() {
    Expect(Byte(), kProto, "no pickle of protocol 2 to 5");
    const uint64_t protocol = Byte();
    if (protocol < 2 || protocol > 5) Refuse("protocol", protocol);
    const std::string_view text = Take(TextLength(AfterFrames()));
    uint64_t next = AfterFrames();
    if (next == kMemoize || next == kBinPut) {
      if (next == kBinPut) Byte();
      next = AfterFrames();
    }
    Expect(next, kStop, "more than a text in its pickle");
    if (!left_.empty()) Fail(ErrorCode::kDataLoss, what_, ": ", left_.size(), " bytes behind its pickle");
    return text;
  }

 private:
  [[noreturn]] void Refuse(const char* name, uint64_t value) const {
    Fail(ErrorCode::kDataLoss, what_, ": expected a pickle of one text, got ", name, " ", value);
  }
  void Expect(uint64_t opcode, Opcode wanted, const char* otherwise) const {
    if (opcode != wanted) Fail(ErrorCode::kDataLoss, what_, ": ", otherwise, ": opcode ", opcode);
  }
  std::string_view Take(uint64_t count) {
    if (count > left_.size()) Fail(ErrorCode::kDataLoss, what_, ": its pickle is cut off");
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  uint64_t Number(size_t width) {
    uint64_t value = 0;
    const std::string_view bytes = Take(width);
    for (size_t i = width; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    return value;
  }
  uint64_t Byte() { return Number(1); }
  uint64_t AfterFrames() {
    uint64_t opcode = Byte();
    for (; opcode == kFrame; opcode = Byte()) Take(8);
    return opcode;
  }
  uint64_t TextLength(uint64_t opcode) {
    switch (opcode) {
      case kShortBinUnicode: return Number(1);
      case kBinUnicode: return Number(4);
      case kBinUnicode8: return Number(8);
      default: Refuse("opcode", opcode);
    }
  }

  std::string_view left_, what_;
};

}  // namespace

std::string_view TextOfPickle(std::string_view pickle, std::string_view what) { return PickleReader(pickle, what).Text(); }

std::string UnpackTests(std::string_view packed, std::string_view what, size_t max_bytes) {
  const auto compressed = DecodeBase64(packed);
  if (!compressed) Fail(ErrorCode::kDataLoss, what, ": neither a JSON list nor base64");
  std::string pickle = Inflate(*compressed, max_bytes, what);
  const std::string_view text = TextOfPickle(pickle, what);
  // In place: it may be hundreds of megabytes.
  const size_t begin = static_cast<size_t>(text.data() - pickle.data()), size = text.size();
  pickle.resize(begin + size);
  pickle.erase(0, begin);
  return pickle;
}

}  // namespace r1
