// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/JsonSample.h"

#include "data/files/JsonReader.h"

namespace millrace::csv
{
namespace
{

/// Only UTF-8's kin is told by the file; the rest of a layout is a CSV's.
Status refuseWishes(const std::filesystem::path& file, const LayoutWish& wish)
{
    if (!wish.separator && !wish.decimal && !wish.comment && !wish.header && !wish.headerLine)
        return {};
    return fail(ErrorCode::Usage,
                file.string() + " holds JSON, which has no separator, decimal mark, comment or header",
                "Leave --separator, --decimal, --comment and --header out");
}

Error noRecords(const std::filesystem::path& file, const std::optional<Error>& why)
{
    if (!why)
        return {ErrorCode::BadData, file.string() + " holds no records", "Give a file with at least one record"};
    return {why->code, why->message,
            "Give records as {\"x\": 1.5, \"label\": \"a\"}, one a line or as the elements of an array"};
}

} // namespace

bool isJsonFile(const FirstLook& look)
{
    constexpr std::size_t kEnough = 64;
    std::string begin;
    for (std::size_t i = 0; i < look.lines.size() && begin.size() < kEnough; ++i)
        begin += look.lines[i] + '\n';
    return looksLikeJson(begin);
}

Result<JsonSample> readJsonSample(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish)
{
    if (auto good = refuseWishes(file, wish); !good)
        return fail(good.error());
    JsonSample result;
    Sample& sample = result.sample;
    sample.layout.encoding = look.layout.encoding;
    auto reader = JsonReader::open(file, sample.layout);
    if (!reader)
        return fail(reader.error());
    CsvRow row;
    while (sample.rows.size() < kSampleRows) {
        auto found = reader->next(row);
        if (!found)
            return fail(found.error());
        if (!*found)
            break;
        if (!row.problem.empty()) {
            if (!sample.error)
                sample.error =
                    Error{ErrorCode::BadData,
                          file.string() + " line " + std::to_string(row.line) + ": " + std::string(row.problem),
                          {}};
            continue;
        }
        sample.rows.emplace_back(row.fields.begin(), row.fields.end());
        sample.lines.push_back(row.line);
    }
    if (sample.rows.empty())
        return fail(noRecords(file, sample.error));
    sample.layout.jsonKeys = reader->keys();
    sample.width = reader->keys().size();
    if (sample.width == 0)
        return fail(ErrorCode::BadData, file.string() + ": its records have no keys", "Give records with values");
    for (Row& each : sample.rows)
        each.resize(sample.width);
    result.heading.names = reader->keys();
    for (const auto& [key, line] : reader->arrays())
        result.heading.leave.insert(key);
    return result;
}

} // namespace millrace::csv
