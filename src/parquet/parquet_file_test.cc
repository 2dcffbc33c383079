#include "parquet/parquet_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/message_of.h"
#include "parquet/test_parquet_writer.h"

namespace r1 {
namespace {

using nlohmann::json;
using namespace parquet;

const std::string kGolden = std::string(R1_SOURCE_DIR) + "/tests/golden/parquet/";

std::vector<json> RowsOf(std::string_view bytes, ReadLimits limits = {}) {
  std::vector<json> rows;
  ParquetFile(bytes, "t.parquet", limits).ForEachRow([&](const json& row, int64_t) { rows.push_back(row); });
  return rows;
}

std::string ErrorOf(std::string_view bytes, ReadLimits limits = {}) {
  // Nothing is kept: some of these claim more rows than fit.
  return MessageOf([&] { ParquetFile(bytes, "t.parquet", limits).ForEachRow([](const json&, int64_t) {}); });
}

TEST(ParquetFileTest, ReadsWhatPyarrowWroteAsItsJsonLines) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    if (entry.path().extension() != ".parquet") continue;
    ++files;
    SCOPED_TRACE(entry.path().filename().string());
    const ParquetFile file(entry.path().string());
    std::string lines = ReadFile(std::filesystem::path(entry.path()).replace_extension(".jsonl").string());
    int64_t expected_number = 0;
    file.ForEachRow([&](const json& row, int64_t number) {
      const size_t end = lines.find('\n');
      ASSERT_NE(end, lines.npos) << "more rows than expected";
      EXPECT_EQ(number, expected_number++);
      EXPECT_EQ(row, json::parse(lines.substr(0, end)));
      lines.erase(0, end + 1);
    });
    EXPECT_EQ(lines, "") << "fewer rows than expected";
    EXPECT_EQ(file.num_rows(), expected_number);
  }
  EXPECT_GE(files, 25);
}

TEST(ParquetFileTest, CutOffAndDamagedFilesEndInOneLine) {
  for (const char* name : {"nested_v1", "nested_v2", "types", "maps", "encoding_delta_int32", "codec_zstd_v1"}) {
    const std::string whole = ReadFile(kGolden + name + ".parquet");
    for (size_t size = 0; size < whole.size(); size += 7)
      EXPECT_NE(ErrorOf(std::string_view(whole).substr(0, size)), "no error") << size;
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
      EXPECT_EQ(ErrorOf(damaged).find('\n'), std::string::npos) << name << " at " << at;  // or it is a value that is another now
    }
  }
  // With a checksum no damage of a page passes.
  const std::string whole = ReadFile(kGolden + "codec_zstd_v1.parquet");
  std::string damaged = whole;
  damaged[120] ^= 1;
  EXPECT_NE(ErrorOf(damaged).find("column question, row group 0: damaged, its checksum does not fit"), std::string::npos);
}

TEST(ParquetFileTest, SaysWhatIsNoParquetFile) {
  EXPECT_NE(ErrorOf("{\"a\": 1}").find("no Parquet file"), std::string::npos);
  EXPECT_NE(ErrorOf("PAR1aaaaaaaaaaaaaPARE").find("encrypted"), std::string::npos);
  EXPECT_NE(ErrorOf("PAR1" + std::string(8, '\xFF') + "PAR1").find("a footer of 4294967295 bytes"), std::string::npos);
  EXPECT_THROW(ParquetFile("/nowhere/x.parquet"), Error);
}

TEST(ParquetFileTest, HostileFootersCostNothing) {
  const ThriftStruct root = ThriftStruct().Text(4, "schema").Int(5, 1), leaf = ThriftStruct().Int(1, 1).Int(3, 0).Text(4, "c");
  const auto footer = [&](const std::vector<ThriftStruct>& schema, int64_t rows) {
    return FileOf("", ThriftStruct().List(2, schema).Int(3, rows).List(4, {}).bytes());
  };
  EXPECT_NE(ErrorOf(FileOf("", ThriftStruct().ClaimedList(2, 1ull << 60, {root}).bytes())).find("a list of 1152921504606846976"),
            std::string::npos);
  EXPECT_NE(ErrorOf(footer({root}, 0)).find("the schema ends too early"), std::string::npos);
  EXPECT_NE(ErrorOf(footer({root, leaf, leaf}, 0)).find("1 schema elements are left over"), std::string::npos);
  EXPECT_NE(ErrorOf(footer({ThriftStruct().Text(4, "s").Int(5, 2), leaf, leaf}, 0)).find("column c stands twice"),
            std::string::npos);
  EXPECT_NE(ErrorOf(footer({root, leaf}, 1)).find("1 rows are said, the row groups have 0"), std::string::npos);
  EXPECT_NE(ErrorOf(footer({}, 0)).find("the schema is empty"), std::string::npos);
  std::vector<ThriftStruct> deep(100'000, ThriftStruct().Int(3, 1).Text(4, "g").Int(5, 1));
  EXPECT_NE(ErrorOf(footer(deep, 0)).find("nested deeper than 60 levels"), std::string::npos);
  // Structs in fields that nobody reads are passed over, but not without end.
  std::string nested = "\x9C";  // field 9, a struct
  for (int i = 0; i < 100'000; ++i) nested += '\x1C';
  EXPECT_NE(ErrorOf(FileOf("", nested)).find("nested deeper than 32 levels"), std::string::npos);
  const std::string long_name(5000, 'x');
  EXPECT_NE(ErrorOf(footer({root, ThriftStruct().Int(1, 1).Int(3, 0).Text(4, long_name)}, 0)).find("4096"), std::string::npos);
}

TEST(ParquetFileTest, RefusesByNameWhatIsNotRead) {
  const auto with = [](ThriftStruct leaf) {
    return FileOf("", ThriftStruct().List(2, {ThriftStruct().Text(4, "s").Int(5, 1), leaf}).Int(3, 0).List(4, {}).bytes());
  };
  EXPECT_EQ(ErrorOf(with(ThriftStruct().Int(1, 2).Int(3, 0).Text(4, "price").Int(6, 5))),
            "t.parquet: column price is of DECIMAL, which is not read");
  EXPECT_NE(ErrorOf(with(ThriftStruct().Int(1, 3).Int(3, 0).Text(4, "when"))).find("column when is of INT96"), std::string::npos);
  EXPECT_NE(ErrorOf(OneColumnFile{.codec = 3, .pages = DataPage(1, 0, "abcd")}.Bytes()).find("packed with LZO"), std::string::npos);
  EXPECT_NE(ErrorOf(OneColumnFile{.pages = DataPage(1, 77, "abcd")}.Bytes()).find("encoding 77 is not read"), std::string::npos);
}

TEST(ParquetFileTest, ChecksPagesAgainstWhatIsSaid) {
  const std::string seven("\7\0\0\0", 4);
  const OneColumnFile good{.pages = DataPage(1, 0, seven)};
  EXPECT_EQ(RowsOf(good.Bytes()), std::vector<json>{json({{"c", 7}})});
  const auto error = [](OneColumnFile file) { return ErrorOf(file.Bytes()); };
  EXPECT_NE(error({.num_values = 2, .num_rows = 2, .pages = DataPage(1, 0, seven)}).find("its pages end, 1 values are missing"),
            std::string::npos);
  EXPECT_NE(error({.num_rows = 2, .pages = DataPage(1, 0, seven)}).find("fewer rows than are said"), std::string::npos);
  EXPECT_NE(error({.num_values = 2, .pages = DataPage(2, 0, seven + seven)}).find("more rows than are said"), std::string::npos);
  EXPECT_NE(error({.num_values = 2, .num_rows = 2, .pages = DataPage(2, 0, seven)}).find("4 bytes expected, 0 are left"),
            std::string::npos);
  EXPECT_NE(error({.num_values = -1, .pages = DataPage(1, 0, seven)}).find("a column of -1 values"), std::string::npos);
  EXPECT_NE(error({.num_rows = -1, .pages = DataPage(1, 0, seven)}).find("a row group has -1 rows"), std::string::npos);
  // Entry 5 of a dictionary of one: a run of one value of 3 bits.
  EXPECT_NE(error({.pages = DictionaryPage(1, seven) + DataPage(1, 8, "\3\2\5")}).find("entry 5 of a dictionary of 1"),
            std::string::npos);
  EXPECT_NE(error({.pages = DictionaryPage(1 << 30, seven) + DataPage(1, 8, "\3\2\5")}).find("a dictionary of 1073741824 entries"),
            std::string::npos);
  EXPECT_NE(error({.pages = DataPage(1, 8, "\3\2\5")}).find("without a dictionary"), std::string::npos);
  // An optional column whose level is 2.
  EXPECT_NE(error({.repetition = 1, .pages = DataPage(1, 0, LittleEndian32(2) + "\2\2" + seven)})
                .find("a definition level of 2, at most 1"),
            std::string::npos);
}

// A repeated group g of two columns, each with the levels and values given; all of one row.
std::string TwoColumnFile(const std::string& levels_a, const std::string& levels_b) {
  ThriftStruct root, group, a, b, row_group, file;
  root.Text(4, "schema").Int(5, 1);
  group.Int(3, 2).Text(4, "g").Int(5, 2);
  a.Int(1, 1).Int(3, 0).Text(4, "a");
  b.Int(1, 1).Int(3, 0).Text(4, "b");
  std::string pages;
  std::vector<ThriftStruct> chunks;
  for (const std::string& levels : {levels_a, levels_b}) {
    // A level a byte: a run of one value each, first all repetition levels, then the definition levels, all 1.
    std::string repetitions, definitions, values;
    for (const char level : levels) {
      repetitions += std::string("\2") + static_cast<char>(level - '0');
      definitions += "\2\1";
      values += LittleEndian32(values.size() / 4);
    }
    const auto count = static_cast<int64_t>(levels.size());
    const std::string page = DataPage(
        count, 0, LittleEndian32(repetitions.size()) + repetitions + LittleEndian32(definitions.size()) + definitions + values);
    ThriftStruct column, chunk;
    column.Int(1, 1)
        .Int(4, 0)
        .Int(5, count)
        .Int(7, static_cast<int64_t>(page.size()))
        .Int(9, static_cast<int64_t>(4 + pages.size()));
    chunks.push_back(chunk.Int(2, 4).Struct(3, column));
    pages += page;
  }
  row_group.List(1, chunks).Int(3, 1);
  return FileOf(pages, file.Int(1, 1).List(2, {root, group, a, b}).Int(3, 1).List(4, {row_group}).bytes());
}

TEST(ParquetFileTest, ColumnsMustAgreeOnTheShapeOfARow) {
  EXPECT_EQ(RowsOf(TwoColumnFile("01", "01"))[0], json::parse(R"({"g": [{"a": 0, "b": 0}, {"a": 1, "b": 1}]})"));
  for (const auto& [a, b] : {std::pair("01", "0"), {"0", "01"}, {"011", "01"}})
    EXPECT_NE(ErrorOf(TwoColumnFile(a, b)).find("do not agree on its length"), std::string::npos) << a << " " << b;
  EXPECT_NE(ErrorOf(TwoColumnFile("1", "1")).find("a row begins in the middle of a list"), std::string::npos);
}

TEST(ParquetFileTest, BombsEndAtTheLimits) {
  const auto run = [](uint64_t count, char level) { return ThriftStruct::Varint(count << 1) + level; };
  const auto with_levels = [](const std::string& levels) { return LittleEndian32(levels.size()) + levels; };
  // Two billion nulls in twenty bytes.
  constexpr int64_t kMany = 2'000'000'000;
  const OneColumnFile nulls{
      .repetition = 1, .num_values = kMany, .num_rows = kMany, .pages = DataPage(kMany, 0, with_levels(run(kMany, 0)))};
  EXPECT_NE(ErrorOf(nulls.Bytes(), {.total_bytes = 1 << 24}).find("unpacks to more than 1,000 times its size"), std::string::npos);
  // One row that is a list of as many values, each of them a long text of the dictionary.
  const std::string text = LittleEndian32(1000) + std::string(1000, 'x');
  const std::string repetitions = run(1, 0) + run(kMany, 1), definitions = run(kMany, 1), indices = "\1" + run(kMany, 0);
  const OneColumnFile list{
      .type = 6,
      .repetition = 2,
      .num_values = kMany,
      .pages = DictionaryPage(1, text) + DataPage(kMany, 8, with_levels(repetitions) + with_levels(definitions) + indices)};
  EXPECT_NE(ErrorOf(list.Bytes(), {.row_bytes = 1 << 24}).find("a row has more than 16 MiB"), std::string::npos);
  // A page that says it unpacks to 2 GiB.
  const OneColumnFile bomb{.codec = 6, .pages = DataPage(1, 0, "abcd", int64_t{1} << 31)};
  EXPECT_NE(ErrorOf(bomb.Bytes()).find("need more than 1024 MiB"), std::string::npos);
  EXPECT_NE(ErrorOf(OneColumnFile{.codec = 1, .pages = DataPage(1, 0, "abcd", 1 << 28)}.Bytes()).find("row group 0: "),
            std::string::npos);
}

}  // namespace
}  // namespace r1
