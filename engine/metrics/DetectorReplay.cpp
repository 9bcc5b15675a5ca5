// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/DetectorReplay.h"

#include "base/AppendFile.h"
#include "base/Text.h"
#include "data/Predictions.h"
#include "data/files/CsvReader.h"
#include "metrics/Scores.h"

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
    double error = 0; ///< errorOf()
};

/// Reads the columns it needs, wherever they stand.
class ScoreColumns
{
public:
    static Result<ScoreColumns> find(const std::filesystem::path& file, const std::vector<std::string>& header)
    {
        ScoreColumns columns(file, taskOfNames(header).value_or(Task{}));
        for (const std::string& name : columns.m_names) {
            const auto found = std::ranges::find(header, name);
            if (found == header.end())
                return fail(ErrorCode::BadData, file.string() + " has no column " + name,
                            "Its first line names them: partition,offset,label,logit,probability");
            columns.m_places.push_back(static_cast<std::size_t>(found - header.begin()));
        }
        return columns;
    }

    [[nodiscard]] Result<ScoredRecord> read(const CsvRow& row)
    {
        for (std::size_t i = 0; i < m_names.size(); ++i) {
            const auto value =
                m_places[i] < row.fields.size() ? parseNumber(row.fields[m_places[i]]) : std::optional<double>();
            if (!value)
                return fail(ErrorCode::BadData, m_file.string() + " line " + std::to_string(row.line) + ": " +
                                                    m_names[i] + " is not a number");
            m_values[i] = *value;
        }
        std::ranges::transform(m_values.begin() + 3, m_values.end(), m_outputs.begin(),
                               [](double value) { return static_cast<float>(value); });
        return ScoredRecord{static_cast<int>(m_values[0]), static_cast<std::int64_t>(m_values[1]),
                            errorOf(m_task, m_outputs, static_cast<float>(m_values[2]))};
    }

private:
    /// Partition, offset, target, outputs; not what they mean.
    ScoreColumns(std::filesystem::path file, const Task& task)
        : m_file(std::move(file)), m_task(task), m_names{"partition", "offset"},
          m_outputs(static_cast<std::size_t>(outputsOf(task)))
    {
        const auto names = scoredNames(task);
        m_names.insert(m_names.end(), names.begin(), names.begin() + 1 + outputsOf(task));
        m_values.resize(m_names.size());
    }

    std::filesystem::path m_file;
    Task m_task;
    std::vector<std::string> m_names;
    std::vector<std::size_t> m_places;
    std::vector<double> m_values; ///< of the row that is read
    std::vector<float> m_outputs;
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
    auto columns = ScoreColumns::find(file, reader->header());
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
            {"error_rate", replay.errors / static_cast<double>(std::max<std::int64_t>(1, replay.records))},
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
            replay.errors += record.error;
            for (std::size_t k = 0; k < watching.size(); ++k)
                if (watching[k]->update(record.error))
                    replay.drifts.push_back(
                        {detectors[k], replay.records, record.partition, record.offset, watching[k]->rose()});
        });
        if (!read)
            return fail(read.error());
    }
    return replay;
}

} // namespace millrace
