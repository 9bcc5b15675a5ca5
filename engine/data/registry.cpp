// SPDX-License-Identifier: GPL-3.0-or-later
// The table of record formats. A new format is one file with its decode(), and one row here.
#include "base/Text.h"
#include "data/RecordFormat.h"

#include <utility>

namespace millrace
{
namespace
{

struct FormatRow {
    RecordFormatInfo info;
    std::unique_ptr<RecordFormat> (*make)(std::vector<std::string> featureNames);
};

const std::vector<FormatRow>& formatTable()
{
    static const std::vector<FormatRow> table = {
        {{"csv", "Value: the features as comma-separated text. Key: the label as text, 0.0 or 1.0."},
         [](std::vector<std::string> names) { return makeCsvRecordFormat(std::move(names)); }},
    };
    return table;
}

} // namespace

const std::vector<RecordFormatInfo>& recordFormats()
{
    static const std::vector<RecordFormatInfo> infos = [] {
        std::vector<RecordFormatInfo> result;
        for (const FormatRow& row : formatTable())
            result.push_back(row.info);
        return result;
    }();
    return infos;
}

Result<std::unique_ptr<RecordFormat>> makeRecordFormat(const std::string& name, std::vector<std::string> featureNames)
{
    std::vector<std::string> known;
    for (const FormatRow& row : formatTable()) {
        if (row.info.name == name)
            return row.make(std::move(featureNames));
        known.push_back(row.info.name);
    }
    const std::string near = nearestWord(name, known);
    return fail(ErrorCode::Usage, "The record format \"" + name + "\" is not known",
                near.empty() ? "See millrace formats" : "Did you mean \"" + near + "\"?");
}

} // namespace millrace
