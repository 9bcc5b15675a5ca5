// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/InputFiles.h"

#include "base/Clock.h"
#include "data/Batch.h"
#include "data/ColumnStats.h"
#include "data/files/ByteSource.h"
#include "data/files/FileRows.h"
#include "data/files/WholeFile.h"
#include "data/formats/RecordFormat.h"

#include <fstream>
#include <vector>
#include <zstd.h>

namespace millrace
{
namespace
{

constexpr int kBenchBatchRows = 64;
constexpr std::int64_t kPackedText = 256'000'000; ///< of the file's text: packing more only costs time
constexpr std::int64_t kPayloadRows = 200'000;    ///< Kafka's tool holds its payloads in memory, and draws from them

/// Seconds that `handle(row)` takes for all rows of a file, reading with it.
template <class Handle>
Result<double> readingSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop,
                              Handle handle)
{
    const auto began = Clock::now();
    RowPass pass{[&handle](const FileRow& row) -> Status {
        handle(row);
        return {};
    }};
    pass.stop = stop;
    pass.cancelled = "The bench was cancelled";
    if (auto read = readRows(file, schema, pass); !read)
        return fail(read.error());
    return secondsSince(began);
}

} // namespace

Result<double> batchSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    Batch batch;
    return readingSeconds(file, schema, stop, [&batch](const FileRow& row) {
        if (!row.good)
            return;
        if (batch.rows() == kBenchBatchRows)
            batch.clear();
        batch.features.insert(batch.features.end(), row.features.begin(), row.features.end());
        batch.targets.push_back(row.label);
    });
}

Result<double> encodingSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    auto format = makeRecordFormat(defaultRecordFormat(), schema);
    if (!format)
        return fail(format.error());
    return readingSeconds(file, schema, stop, [&format](const FileRow& row) {
        if (row.good)
            (*format)->encode(row.csv, row.label);
    });
}

Result<double> summarySeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    const auto began = Clock::now();
    if (auto summary = summarizeFile(file, schema, -1, stop, {}); !summary)
        return fail(summary.error());
    return secondsSince(began);
}

Result<double> unpackingSeconds(const std::filesystem::path& file)
{
    const auto began = Clock::now();
    auto source = ByteSource::open(file);
    if (!source)
        return fail(source.error());
    std::vector<char> room(std::size_t{1} << 20);
    while ((*source)->read(room) == room.size()) {
    }
    if ((*source)->damage())
        return fail(*(*source)->damage());
    return secondsSince(began);
}

Status packStart(InputFiles& files, const std::stop_token& stop)
{
    auto source = ByteSource::open(files.csv);
    if (!source)
        return fail(source.error());
    auto gzip = WholeFile::create(files.gzip);
    if (!gzip)
        return fail(gzip.error());
    std::ofstream zstd(files.zstd, std::ios::binary);
    std::vector<char> text(std::size_t{4} << 20), frame(ZSTD_compressBound(text.size()));
    std::int64_t packed = 0;
    for (std::size_t size = text.size(); size == text.size() && packed < kPackedText;
         packed += static_cast<std::int64_t>(size)) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The bench was cancelled");
        size = (*source)->read(text);
        if (auto written = gzip->write({text.data(), size}); !written)
            return written;
        const std::size_t length = ZSTD_compress(frame.data(), frame.size(), text.data(), size, ZSTD_CLEVEL_DEFAULT);
        zstd.write(frame.data(), static_cast<std::streamsize>(length));
    }
    files.packedMegabytes = static_cast<double>(packed) / 1e6;
    zstd.close();
    if (!zstd)
        return fail(ErrorCode::Failed, "Cannot write " + files.zstd.string(), "Free some space");
    return gzip->finish();
}

Schema jsonSchema(const Schema& schema)
{
    Schema json = schema;
    json.header = false;
    json.jsonKeys = schema.columnNames();
    return json;
}

Status writeJsonLines(const InputFiles& files, const Schema& schema)
{
    auto out = WholeFile::create(files.json);
    if (!out)
        return fail(out.error());
    std::string line;
    std::int64_t written = 0;
    RowPass pass{[&](const FileRow& row) {
        line = "{";
        for (std::size_t i = 0; i < row.csv.fields.size(); ++i)
            line += (i == 0 ? "\"" : ",\"") + schema.columns[i].name + "\":" + std::string(row.csv.fields[i]);
        line += "}\n";
        written += static_cast<std::int64_t>(line.size());
        return out->write(line);
    }};
    pass.wantsMore = [&written] { return written < kPackedText; };
    if (auto read = readRows(files.csv, schema, pass); !read)
        return read;
    return out->finish();
}

Status writePayload(const InputFiles& files, const Schema& schema)
{
    auto out = WholeFile::create(files.payload);
    if (!out)
        return fail(out.error());
    auto format = makeRecordFormat(defaultRecordFormat(), schema);
    if (!format)
        return fail(format.error());
    std::int64_t written = 0;
    RowPass pass{[&](const FileRow& row) {
        ++written;
        auto done = out->write((*format)->encode(row.csv, 0).value);
        return done ? out->write("\n") : done;
    }};
    pass.wantsMore = [&written] { return written < kPayloadRows; };
    if (auto read = readRows(files.csv, schema, pass); !read)
        return read;
    return out->finish();
}

} // namespace millrace
