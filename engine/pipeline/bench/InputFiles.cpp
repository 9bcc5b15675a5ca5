// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/bench/InputFiles.h"

#include "base/Clock.h"
#include "data/Batch.h"
#include "data/ColumnStats.h"
#include "data/files/ByteSource.h"
#include "data/files/CsvReader.h"
#include "data/files/RowDecoder.h"
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
    auto reader = CsvReader::open(file, schema);
    if (!reader)
        return fail(reader.error());
    CsvRow row;
    while (true) {
        auto more = reader->next(row);
        if (!more)
            return fail(more.error());
        if (!*more)
            return secondsSince(began);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The bench was cancelled");
        handle(row);
    }
}

} // namespace

Result<double> batchSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    const RowDecoder decoder(schema);
    std::vector<float> features(static_cast<std::size_t>(decoder.featureCount()));
    DecodeProblem problem;
    Batch batch;
    return readingSeconds(file, schema, stop, [&](const CsvRow& row) {
        float label = 0;
        if (!decoder.decode(row, features, label, problem))
            return;
        if (batch.rows() == kBenchBatchRows)
            batch.clear();
        batch.features.insert(batch.features.end(), features.begin(), features.end());
        batch.targets.push_back(label);
    });
}

Result<double> encodingSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop)
{
    const RowDecoder decoder(schema);
    auto format = makeRecordFormat(defaultRecordFormat(), schema);
    if (!format)
        return fail(format.error());
    std::vector<float> features(static_cast<std::size_t>(decoder.featureCount()));
    DecodeProblem problem;
    return readingSeconds(file, schema, stop, [&](const CsvRow& row) {
        float label = 0;
        if (decoder.decode(row, features, label, problem))
            (*format)->encode(row, label);
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

Status writePayload(const InputFiles& files, const Schema& schema)
{
    auto reader = CsvReader::open(files.csv, schema);
    if (!reader)
        return fail(reader.error());
    auto out = WholeFile::create(files.payload);
    if (!out)
        return fail(out.error());
    auto format = makeRecordFormat(defaultRecordFormat(), schema);
    if (!format)
        return fail(format.error());
    CsvRow row;
    for (std::int64_t i = 0; i < kPayloadRows; ++i) {
        auto more = reader->next(row);
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
        const std::string_view value = (*format)->encode(row, 0).value;
        for (const std::string_view text : {value, std::string_view("\n")})
            if (auto written = out->write(text); !written)
                return written;
    }
    return out->finish();
}

} // namespace millrace
