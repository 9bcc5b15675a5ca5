// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/ColumnStats.h"
#include "data/RoleWishes.h"
#include "data/simulator/Simulator.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/training/TrainConfig.h"
#include "session/Work.h"

#include <QString>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// Private to the files of Work: a resolved section as its jobs read it, and what prepares each kind.
namespace millrace::work
{

/// Lives as long as what it refers to.
struct Request {
    const nlohmann::json& section;
    const Connection& connection;
    const std::filesystem::path& home;

    [[nodiscard]] std::string text(const char* key) const
    {
        return section[key].is_null() ? std::string() : section[key].get<std::string>();
    }
    [[nodiscard]] std::int64_t integer(const char* key, std::int64_t unset = -1) const
    {
        return section[key].is_null() ? unset : section[key].get<std::int64_t>();
    }
    [[nodiscard]] int small(const char* key) const { return static_cast<int>(integer(key)); }
    [[nodiscard]] double number(const char* key, double unset) const
    {
        return section[key].is_null() ? unset : section[key].get<double>();
    }
    [[nodiscard]] std::chrono::milliseconds seconds(const char* key) const
    {
        return std::chrono::milliseconds(std::llround(number(key, 0) * 1000));
    }
    /// A list by commas.
    [[nodiscard]] std::vector<std::string> names(const char* key) const
    {
        std::vector<std::string> names;
        for (const QString& name : QString::fromStdString(text(key)).split(',', Qt::SkipEmptyParts))
            names.push_back(name.trimmed().toStdString());
        return names;
    }
    [[nodiscard]] std::uint64_t seed() const { return section["seed"].get<std::uint64_t>(); }
    [[nodiscard]] OnError onError() const { return text("on-error") == "stop" ? OnError::Stop : OnError::Skip; }
};

/// A job's result as its owner gets it.
template <class T>
Result<nlohmann::json> asJson(const Result<T>& result)
{
    return result ? toJson(*result) : Result<nlohmann::json>(fail(result.error()));
}

/// For a title.
QString shown(const std::string& text);
/// The table's, of a section that reads one.
QString titleOf(const Request& request);
/// The schema asked for: inferred, built in, or spelled out; with the label's column changed when that is asked for.
Result<Schema> schemaOf(const Request& request);
/// The roles asked for, by name.
RoleWishes roleWishesOf(const Request& request);
/// A built-in one by its name, or the one that a file holds.
Result<SimulatorProfile> profileOf(const std::string& name);
/// The detectors asked for, by commas.
Result<std::vector<std::string>> detectorsOf(const Request& request);

/// What the job "summarize" tells of a file.
nlohmann::json summaryJson(const FileSummary& summary, const Schema& schema);
/// A resolved section "train" as its job takes it.
Result<TrainConfig> trainConfigOf(const Request& request);

// WorkFiles.cpp: from files, and to them.
Result<PreparedWork> prepareSummarize(const Request& request);
Result<PreparedWork> prepareDownload(const Request& request);
Result<PreparedWork> prepareFit(const Request& request);
Result<PreparedWork> prepareSimulate(const Request& request);
Result<PreparedWork> preparePublish(const Request& request);
// WorkProposal.cpp
Result<PreparedWork> preparePropose(const Request& request);
// WorkRuns.cpp: runs.
Result<PreparedWork> prepareTrain(const Request& request);
Result<PreparedWork> prepareEvaluate(const Request& request);
Result<PreparedWork> preparePredict(const Request& request);
Result<PreparedWork> prepareOnline(const Request& request);
Result<PreparedWork> prepareExport(const Request& request);
// WorkLooks.cpp: what only looks, or measures.
Result<PreparedWork> prepareWatch(const Request& request);
Result<PreparedWork> prepareDetectors(const Request& request);
Result<PreparedWork> prepareBench(const Request& request);

} // namespace millrace::work
