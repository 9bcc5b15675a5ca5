// SPDX-License-Identifier: GPL-3.0-or-later
// The table of record formats. A new format is one file that makes it, and one row here.
#include "base/Text.h"
#include "data/formats/CsvRecordFormat.h"

#include <utility>

namespace millrace
{
namespace
{

std::vector<RecordFormatKind>& formatTable()
{
    static std::vector<RecordFormatKind> table = {
        {"csv", "Value: the features as comma-separated text. Key: the label as text, 0.0 or 1.0.",
         makeCsvRecordFormat},
    };
    return table;
}

} // namespace

const std::vector<RecordFormatKind>& recordFormats()
{
    return formatTable();
}

std::vector<std::string> recordFormatNames()
{
    std::vector<std::string> names;
    for (const RecordFormatKind& kind : recordFormats())
        names.push_back(kind.name);
    return names;
}

const std::string& defaultRecordFormat()
{
    return recordFormats().front().name;
}

void addRecordFormat(RecordFormatKind kind)
{
    formatTable().push_back(std::move(kind));
}

Result<std::unique_ptr<RecordFormat>> makeRecordFormat(const std::string& name, Schema schema)
{
    for (const RecordFormatKind& kind : recordFormats())
        if (kind.name == name)
            return kind.make(std::move(schema));
    return fail(ErrorCode::Usage, "The record format \"" + name + "\" is not known",
                didYouMean(name, recordFormatNames(), "See millrace formats"));
}

std::vector<std::string> numberedNames(std::size_t count)
{
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i)
        names.push_back("x" + std::to_string(i));
    return names;
}

} // namespace millrace
