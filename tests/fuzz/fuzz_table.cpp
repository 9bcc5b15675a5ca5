// SPDX-License-Identifier: GPL-3.0-or-later
// A file of any bytes: what its schema is guessed to be, the classes of its label, and its rows. Where a mark stands
// between them, two files of one table.
#include "FuzzFile.h"
#include "data/encoders/AutoEncoders.h"
#include "data/files/Classes.h"
#include "data/files/FileRows.h"
#include "data/files/TableFiles.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static FuzzFolder folder;
    const auto bytes = bytesOf(data, size);
    constexpr std::string_view kMark = "\n%% another file\n";
    const auto mark = bytes.find(kMark);
    const auto file = folder.put("table.csv", bytes.substr(0, mark));
    std::vector<std::filesystem::path> more;
    if (mark != bytes.npos)
        more.push_back(folder.put("more.csv", bytes.substr(mark + kMark.size())));
    auto schema = inferTable(file, more);
    if (!schema)
        return 0;
    const auto again = schemaFromJson(toJson(*schema));
    FUZZ_REQUIRE(again && toJson(*again) == toJson(*schema));

    LabelValues values(schema->decimal);
    TableSketch sketch(schema->featureNames());
    const std::vector<int> features = schema->featureColumns();
    std::int64_t last = -1;
    RowPass pass;
    pass.take = [&](const FileRow& row) -> Status {
        FUZZ_REQUIRE(row.csv.row == ++last);
        FUZZ_REQUIRE((row.csv.file != nullptr) == !more.empty());
        FUZZ_REQUIRE(row.good || !row.problem.reason.empty());
        values.add(row.countedLabel());
        RawRow cells;
        for (const int column : features) {
            const bool isThere = static_cast<std::size_t>(column) < row.csv.fields.size();
            cells.cells.push_back(
                {RawCell::Kind::Text, 0, isThere ? row.csv.fields[static_cast<std::size_t>(column)] : ""});
        }
        sketch.add(cells);
        return {};
    };
    if (readRows(file, *schema, pass) && schema->labelColumn() >= 0 && setClasses(*schema, values))
        FUZZ_REQUIRE(schemaFromJson(toJson(*schema)));
    (void)proposeEncoders(sketch);
    return 0;
}
