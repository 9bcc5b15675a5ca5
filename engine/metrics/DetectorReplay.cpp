// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/DetectorReplay.h"

#include "base/AppendFile.h"
#include "base/Text.h"
#include "data/Binary.h"
#include "data/CsvReader.h"

#include <algorithm>
#include <array>

namespace millrace
{
namespace
{

constexpr std::int64_t kReportEvery = 4096;

/// One line of the file.
struct ScoredRecord {
    int partition = 0;
    std::int64_t offset = 0;
    bool wrong = false;
};

/// Reads the columns it needs, wherever they stand.
class ScoreColumns
{
public:
    static Result<ScoreColumns> find(const std::filesystem::path& file, const std::vector<std::string>& header)
    {
        ScoreColumns columns(file);
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            const auto found = std::ranges::find(header, kNames[i]);
            if (found == header.end())
                return fail(ErrorCode::BadData, file.string() + " has no column " + kNames[i],
                            "Its first line names them: partition,offset,label,logit,probability");
            columns.m_places[i] = static_cast<std::size_t>(found - header.begin());
        }
        return columns;
    }

    [[nodiscard]] Result<ScoredRecord> read(const CsvRow& row) const
    {
        std::array<double, kNames.size()> values{};
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            const auto value =
                m_places[i] < row.fields.size() ? parseNumber(row.fields[m_places[i]]) : std::optional<double>();
            if (!value)
                return fail(ErrorCode::BadData, m_file.string() + " line " + std::to_string(row.line) + ": " +
                                                    kNames[i] + " is not a number");
            values[i] = *value;
        }
        return ScoredRecord{static_cast<int>(values[0]), static_cast<std::int64_t>(values[1]),
                            predictsPositive(values[3]) != isPositive(values[2])};
    }

private:
    static constexpr std::array<const char*, 4> kNames = {"partition", "offset", "label", "logit"};
    explicit ScoreColumns(std::filesystem::path file) : m_file(std::move(file)) {}
    std::filesystem::path m_file;
    std::array<std::size_t, kNames.size()> m_places{};
};

/// A mark, or the one that was begun last; a file that is not in parts is read, and says what it lacks.
bool isEmptyPart(const AppendFile::Part& part, std::size_t count)
{
    std::error_code error;
    return count > 1 && (std::filesystem::file_size(part.path, error) == 0 || error);
}

Status replayPart(const std::filesystem::path& file, const std::stop_token& stop,
                  const std::function<void(double)>& progress, const std::function<void(const ScoredRecord&)>& handler)
{
    auto reader = CsvReader::open(file, {.separator = ',', .header = true});
    if (!reader)
        return fail(reader.error());
    const auto columns = ScoreColumns::find(file, reader->header());
    if (!columns)
        return fail(columns.error());
    CsvRow row;
    for (std::int64_t records = 1;; ++records) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Replaying " + file.string() + " was cancelled");
        const auto more = reader->next(row);
        if (!more)
            return fail(more.error());
        if (!*more)
            return {};
        const auto record = columns->read(row);
        if (!record)
            return fail(record.error());
        handler(*record);
        if (records % kReportEvery == 0)
            progress(static_cast<double>(reader->bytesRead()) / static_cast<double>(reader->bytesTotal()));
    }
}

} // namespace

nlohmann::json toJson(const DetectorReplay& replay)
{
    nlohmann::json drifts = nlohmann::json::array();
    for (const ReplayedDrift& drift : replay.drifts)
        drifts.push_back({{"detector", drift.detector},
                          {"record", drift.record},
                          {"partition", drift.partition},
                          {"offset", drift.offset},
                          {"error_rose", drift.rose}});
    return {{"records", replay.records},
            {"error_rate",
             static_cast<double>(replay.errors) / static_cast<double>(std::max<std::int64_t>(1, replay.records))},
            {"drifts", std::move(drifts)}};
}

Result<DetectorReplay> replayDetectors(const std::filesystem::path& scores, const std::vector<std::string>& detectors,
                                       const std::stop_token& stop, const std::function<void(double)>& progress)
{
    std::vector<std::unique_ptr<DriftDetector>> watching;
    for (const std::string& kind : detectors) {
        auto detector = makeDetector(kind);
        if (!detector)
            return fail(detector.error());
        watching.push_back(std::move(*detector));
    }
    DetectorReplay replay;
    const std::vector<AppendFile::Part> parts = AppendFile::parts(scores);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto ofPart = [&](double fraction) {
            progress((static_cast<double>(i) + fraction) / static_cast<double>(parts.size()));
        };
        if (isEmptyPart(parts[i], parts.size()))
            continue;
        const auto read = replayPart(parts[i].path, stop, ofPart, [&](const ScoredRecord& record) {
            ++replay.records;
            replay.errors += record.wrong ? 1 : 0;
            for (std::size_t k = 0; k < watching.size(); ++k)
                if (watching[k]->update(record.wrong ? 1 : 0))
                    replay.drifts.push_back(
                        {detectors[k], replay.records, record.partition, record.offset, watching[k]->rose()});
        });
        if (!read)
            return fail(read.error());
    }
    return replay;
}

} // namespace millrace
