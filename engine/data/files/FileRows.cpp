// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/FileRows.h"

#include "data/files/TableFiles.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::int64_t kRowsBetweenProgress = 1024;

double fractionOf(const RowReader& reader)
{
    return static_cast<double>(reader.bytesRead()) /
           static_cast<double>(std::max<std::int64_t>(1, reader.bytesTotal()));
}

} // namespace

Status readRows(const std::filesystem::path& file, const Schema& schema, const RowPass& pass)
{
    auto reader = openTable(file, schema);
    if (!reader)
        return fail(reader.error());
    const RowDecoder decoder(schema);
    const PrivateCells privates(schema);
    std::vector<float> features(static_cast<std::size_t>(decoder.featureCount())), scratch(features.size()),
        labels(decoder.labelCount());
    CsvRow row;
    DecodeProblem problem;
    for (std::int64_t read = 1; pass.wantsMore(); ++read) {
        if (pass.stop.stop_requested())
            return fail(ErrorCode::Cancelled, pass.cancelled);
        const auto more = (*reader)->next(row);
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
        const bool good = decoder.decode(row, features, labels, problem);
        const FileRow decoded{row, good, features, labels.front(), problem, decoder, scratch, privates};
        if (auto taken = pass.take(decoded); !taken)
            return taken;
        if (read % kRowsBetweenProgress == 0)
            pass.progress(fractionOf(**reader));
    }
    for (const FileNote& note : (*reader)->notes())
        pass.note(note);
    return {};
}

} // namespace millrace
