#include "parquet/codec.h"

#include <brotli/decode.h>
#include <lz4.h>
#include <snappy.h>
#include <zstd.h>

#include <limits>

#include "base/error.h"
#include "base/inflate.h"

namespace r1::parquet {

std::string Unpack(Codec codec, std::string_view packed, size_t bytes, const std::string& what) {
  constexpr size_t kMaxInt = std::numeric_limits<int>::max();
  std::string text;
  bool ok = false;
  size_t came = 0;
  switch (codec) {
    case Codec::kUncompressed:
      text = packed;
      came = text.size();
      ok = true;
      break;
    case Codec::kSnappy:
      ok = snappy::GetUncompressedLength(packed.data(), packed.size(), &came);
      if (ok && came == bytes) {
        text.resize(bytes);
        ok = snappy::RawUncompress(packed.data(), packed.size(), text.data());
      }
      break;
    case Codec::kGzip:
      text = Inflate(packed, bytes, what);
      came = text.size();
      ok = true;
      break;
    case Codec::kBrotli:
      text.resize(bytes);
      came = bytes;
      ok = BrotliDecoderDecompress(packed.size(), reinterpret_cast<const uint8_t*>(packed.data()), &came,
                                   reinterpret_cast<uint8_t*>(text.data())) == BROTLI_DECODER_RESULT_SUCCESS;
      break;
    case Codec::kZstd:
      text.resize(bytes);
      came = ZSTD_decompress(text.data(), bytes, packed.data(), packed.size());
      ok = !ZSTD_isError(came);
      break;
    case Codec::kLz4Raw: {
      text.resize(bytes);
      if (packed.size() > kMaxInt || bytes > kMaxInt) break;
      const int got = LZ4_decompress_safe(packed.data(), text.data(), static_cast<int>(packed.size()), static_cast<int>(bytes));
      ok = got >= 0;
      came = ok ? static_cast<size_t>(got) : 0;
      break;
    }
    default:
      Fail(ErrorCode::kInvalidArgument, what, ": packed with ",
           codec == Codec::kLzo   ? "LZO"
           : codec == Codec::kLz4 ? "the old LZ4 of Hadoop"
                                  : StrCat("codec ", static_cast<int>(codec)),
           "; read are snappy, zstd, gzip, brotli, lz4_raw and none");
  }
  if (!ok) Fail(ErrorCode::kDataLoss, what, ": its packed data is damaged");
  if (came != bytes) Fail(ErrorCode::kDataLoss, what, ": expected to unpack to ", bytes, " bytes, got ", came);
  return text;
}

}  // namespace r1::parquet
