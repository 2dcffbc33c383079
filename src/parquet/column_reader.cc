#include "parquet/column_reader.h"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "base/error.h"
#include "parquet/codec.h"

namespace r1::parquet {
namespace {

void CheckCrc(const PageHeader& header, std::string_view packed, const std::string& what) {
  if (!header.crc) return;
  const auto crc = static_cast<uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(packed.data()), packed.size()));
  if (crc != *header.crc) Fail(ErrorCode::kDataLoss, what, ": damaged, its checksum does not fit");
}

}  // namespace

ColumnReader::ColumnReader(const SchemaNode& leaf, const ColumnChunk& chunk, std::string_view file, ReadBudget& budget,
                           std::string what)
    : leaf_(leaf),
      codec_(chunk.codec),
      pages_(file.substr(chunk.offset, chunk.bytes)),
      budget_(budget),
      what_(std::make_unique<std::string>(std::move(what))),
      entries_left_(chunk.num_values) {
  if (chunk.type != *leaf.element.type)
    Fail(ErrorCode::kDataLoss, *what_, ": its type in the row group is ", static_cast<int>(chunk.type), ", in the schema ",
         static_cast<int>(*leaf.element.type));
  Advance();
}

ColumnReader::~ColumnReader() { budget_.Close(page_.size() + dictionary_page_.size()); }

RawValue ColumnReader::Value() {
  if (at_end_ || definition_ != leaf_.max_definition) Fail(ErrorCode::kDataLoss, *what_, ": a value is missing");
  if (!values_) Fail(ErrorCode::kDataLoss, *what_, ": a page without values has a value");
  return values_->Next();
}

int ColumnReader::NextLevel(std::optional<RleDecoder>& levels, int highest, const char* name) {
  if (!levels) return 0;
  const uint32_t level = levels->Next();
  if (level > static_cast<uint32_t>(highest))
    Fail(ErrorCode::kDataLoss, *what_, ": a ", name, " level of ", level, ", at most ", highest, " is possible");
  return static_cast<int>(level);
}

void ColumnReader::Advance() {
  if (entries_left_ == 0) {
    at_end_ = true;
    repetition_ = definition_ = 0;
    return;
  }
  while (entries_left_in_page_ == 0) ReadPage();
  --entries_left_;
  --entries_left_in_page_;
  repetition_ = NextLevel(repetitions_, leaf_.max_repetition, "repetition");
  definition_ = NextLevel(definitions_, leaf_.max_definition, "definition");
}

void ColumnReader::ReadPage() {
  if (pages_.empty()) Fail(ErrorCode::kDataLoss, *what_, ": its pages end, ", entries_left_, " values are missing");
  size_t header_bytes = 0;
  const PageHeader header = ReadPageHeader(pages_, *what_, &header_bytes);
  const std::string_view packed = pages_.substr(header_bytes, header.compressed_bytes);
  pages_.remove_prefix(header_bytes + header.compressed_bytes);
  CheckCrc(header, packed, *what_);
  switch (header.type) {
    case PageType::kData:
    case PageType::kDataV2: OpenData(header, packed); break;
    case PageType::kDictionary: OpenDictionary(header, packed); break;
    default: break;  // an index, which nobody needs to read all
  }
}

void ColumnReader::UnpackInto(std::string& place, Codec codec, std::string_view packed, uint64_t bytes) {
  budget_.Close(place.size());
  place = std::string();
  budget_.Open(bytes);
  try {
    place = Unpack(codec, packed, bytes, *what_);
  } catch (...) {
    budget_.Close(bytes);
    throw;
  }
}

std::optional<RleDecoder> ColumnReader::Levels(int highest, std::string_view bytes) const {
  if (highest == 0) return std::nullopt;
  return RleDecoder(bytes, std::bit_width(static_cast<unsigned>(highest)), *what_);
}

void ColumnReader::OpenData(const PageHeader& header, std::string_view packed) {
  values_.reset();
  std::string_view repetition, definition, values;
  if (header.type == PageType::kDataV2) {
    // The levels lie in front, never packed.
    const uint64_t levels = header.repetition_bytes + header.definition_bytes;
    if (header.uncompressed_bytes < levels) Fail(ErrorCode::kDataLoss, *what_, ": a page smaller than its levels");
    repetition = packed.substr(0, header.repetition_bytes);
    definition = packed.substr(header.repetition_bytes, header.definition_bytes);
    UnpackInto(page_, header.is_compressed ? codec_ : Codec::kUncompressed, packed.substr(levels),
               header.uncompressed_bytes - levels);
    values = page_;
  } else {
    UnpackInto(page_, codec_, packed, header.uncompressed_bytes);
    ByteReader reader(page_, *what_);
    const auto take_levels = [&](int highest, Encoding encoding) -> std::string_view {
      if (highest == 0) return {};
      if (encoding != Encoding::kRle)
        Fail(ErrorCode::kInvalidArgument, *what_, ": levels in the encoding ", EncodingName(encoding), " are not read");
      return reader.Take(reader.Fixed(4));
    };
    repetition = take_levels(leaf_.max_repetition, header.repetition_encoding);
    definition = take_levels(leaf_.max_definition, header.definition_encoding);
    values = reader.rest();
  }
  repetitions_ = Levels(leaf_.max_repetition, repetition);
  definitions_ = Levels(leaf_.max_definition, definition);
  entries_left_in_page_ = std::min(header.num_values, entries_left_);
  // A page of nulls alone may hold nothing that a decoder could begin with.
  if (!values.empty() || leaf_.max_definition == 0)
    values_ = MakeValueDecoder(header.encoding, leaf_, values, dictionary_ ? &*dictionary_ : nullptr, *what_);
}

void ColumnReader::OpenDictionary(const PageHeader& header, std::string_view packed) {
  if (dictionary_) Fail(ErrorCode::kDataLoss, *what_, ": a second dictionary");
  if (header.encoding != Encoding::kPlain && header.encoding != Encoding::kPlainDictionary)
    Fail(ErrorCode::kDataLoss, *what_, ": a dictionary in the encoding ", EncodingName(header.encoding));
  UnpackInto(dictionary_page_, codec_, packed, header.uncompressed_bytes);
  dictionary_ = ReadDictionary(leaf_, header.num_values, dictionary_page_, *what_);
}

}  // namespace r1::parquet
