// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunSoFar.h"

#include "base/AppendFile.h"
#include "base/Text.h"
#include "metrics/ScoreTable.h"
#include "pipeline/runs/RunCheckpoints.h"
#include "pipeline/runs/RunFiles.h"

#include <deque>
#include <fstream>
#include <sstream>

namespace millrace
{
namespace
{

constexpr std::size_t kMostEpochs = 1000; ///< as a result has mini-datasets

/// A line of metrics.csv; records and seconds count from the run's begin.
struct MetricsLine {
    std::int64_t step = 0, epoch = 0, records = 0;
    double seconds = 0, loss = kUnknown, score = kUnknown;
};

/// EpochSums of an epoch's, or mini-dataset's, lines.
struct EpochSum {
    std::int64_t number = 0, records = 0;
    double seconds = 0, loss = 0, score = 0;
};

std::vector<std::string> metricsCells(const std::string& line)
{
    std::vector<std::string> cells;
    std::istringstream text(line);
    for (std::string cell; std::getline(text, cell, ',');)
        cells.push_back(cell);
    return cells;
}

/// Nothing of the head, and of a line that a crash tore.
std::optional<MetricsLine> parseMetrics(const std::string& text)
{
    const std::vector<std::string> cells = metricsCells(text);
    if (cells.size() < 6)
        return std::nullopt;
    const auto step = parseInteger(cells[0]), epoch = parseInteger(cells[1]), records = parseInteger(cells[2]);
    if (!step || !epoch || !records)
        return std::nullopt;
    return MetricsLine{*step,
                       *epoch,
                       *records,
                       parseNumber(cells[3]).value_or(0),
                       parseNumber(cells[4]).value_or(kUnknown),
                       parseNumber(cells[5]).value_or(kUnknown)};
}

class EpochSums
{
public:
    void add(const MetricsLine& line)
    {
        if (m_epochs.empty() || m_epochs.back().number != line.epoch)
            m_epochs.push_back({line.epoch});
        if (m_epochs.size() > kMostEpochs)
            m_epochs.pop_front();
        EpochSum& epoch = m_epochs.back();
        const std::int64_t records = line.records - m_last.records;
        epoch.records += records;
        epoch.seconds += line.seconds - m_last.seconds;
        epoch.loss += line.loss * static_cast<double>(records);
        epoch.score += line.score * static_cast<double>(records);
        m_last = line;
    }
    [[nodiscard]] const MetricsLine& last() const { return m_last; }
    /// Means over the records.
    [[nodiscard]] nlohmann::json told(const char* number, const std::string& score) const
    {
        nlohmann::json told = nlohmann::json::array();
        for (const EpochSum& epoch : m_epochs) {
            const auto records = static_cast<double>(epoch.records);
            told.push_back({{number, epoch.number},
                            {"records", epoch.records},
                            {"loss", orNull(epoch.loss / records)},
                            {score, orNull(epoch.score / records)},
                            {"seconds", epoch.seconds}});
        }
        return told;
    }

private:
    MetricsLine m_last;
    std::deque<EpochSum> m_epochs;
};

nlohmann::json checkpointStep(const RunInfo& run)
{
    const auto files = RunCheckpoints::files(run.path);
    const auto step = files.empty() ? std::nullopt : parseInteger(files.back().stem().string());
    return step ? nlohmann::json(*step) : nlohmann::json();
}

} // namespace

nlohmann::json soFar(const RunInfo& run)
{
    EpochSums sums;
    std::string score = "accuracy"; // as the head calls it
    for (const AppendFile::Part& part : AppendFile::parts(run.path / kMetricsFile)) {
        std::ifstream file(part.path);
        for (std::string text; std::getline(file, text);)
            if (const auto line = parseMetrics(text))
                sums.add(*line);
            else if (const auto cells = metricsCells(text); text.starts_with("step,") && cells.size() >= 6)
                score = cells[5];
    }
    const bool online = run.kind == "online";
    return {{online ? "mini_datasets" : "per_epoch", sums.told(online ? "index" : "epoch", score)},
            {"records", sums.last().records},
            {"steps", sums.last().step},
            {"checkpoint_step", checkpointStep(run)}};
}

} // namespace millrace
