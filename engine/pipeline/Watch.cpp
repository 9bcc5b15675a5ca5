// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Watch.h"

#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/runs/RunCatalog.h"

#include <map>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;
using Key = std::pair<std::string, int>;

constexpr Clock::duration kBreath = std::chrono::milliseconds(10); ///< between two looks at least
constexpr std::chrono::seconds kCoordinatorStarts{10};
constexpr std::chrono::milliseconds kStartKnock{400};

template <class T>
nlohmann::json orNull(const std::optional<T>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

fs::file_time_type changed(const fs::path& path)
{
    std::error_code error;
    const auto time = fs::last_write_time(path, error);
    return error ? fs::file_time_type::min() : time;
}

/// The newest run of this home that reads as the group, live or ended, and how far its checkpoint is.
class GroupRun
{
public:
    GroupRun(const fs::path& home, std::string group) : m_runs(home / "runs"), m_group(std::move(group)) {}

    void refresh()
    {
        if (const auto now = changed(m_runs); now != m_runsChanged) {
            m_runsChanged = now;
            find();
        }
        if (!m_run)
            return;
        m_run = RunCatalog::read(m_run->path);
        const fs::path checkpoints = m_run->path / "checkpoints";
        if (const auto now = changed(checkpoints); now != m_checkpointsChanged) {
            m_checkpointsChanged = now;
            readPositions();
        }
    }

    [[nodiscard]] GroupReaderKind kind() const
    {
        if (!m_run || (m_run->status != "running"))
            return GroupReaderKind::Foreign;
        return m_run->paused ? GroupReaderKind::OursPaused : GroupReaderKind::Ours;
    }
    [[nodiscard]] std::optional<std::int64_t> processed(const Key& partition) const
    {
        const auto found = m_positions.find(partition);
        return found == m_positions.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::optional<std::string> name() const
    {
        return m_run ? std::optional(m_run->folder) : std::nullopt;
    }

private:
    void find()
    {
        std::optional<RunInfo> newest;
        for (RunInfo& run : RunCatalog(m_runs).list())
            if (textIn(objectIn(run.description, "configuration"), "group") == m_group) {
                newest = std::move(run);
                break;
            }
        if (!newest || !m_run || newest->folder != m_run->folder) {
            m_positions.clear();
            m_checkpointsChanged = fs::file_time_type::min();
        }
        m_run = std::move(newest);
    }

    void readPositions()
    {
        const auto checkpoint = RunCatalog::loadCheckpoint(*m_run);
        if (!checkpoint)
            return;
        const std::string topic = textIn(m_run->description, "topic");
        const nlohmann::json& online = objectIn(checkpoint->metadata, "online");
        // Earlier builds called them places.
        for (const nlohmann::json& position : listIn(online, online.contains("positions") ? "positions" : "places"))
            m_positions[{topic, static_cast<int>(integerIn(position, "partition"))}] = integerIn(position, "next");
    }

    fs::path m_runs;
    std::string m_group;
    std::optional<RunInfo> m_run;
    std::map<Key, std::int64_t> m_positions;
    fs::file_time_type m_runsChanged = fs::file_time_type::min(), m_checkpointsChanged = fs::file_time_type::min();
};

/// The looks of one watch.
class GroupWatch
{
public:
    GroupWatch(const WatchConfig& config, JobContext& context, GroupMonitor monitor)
        : m_config(config), m_context(context), m_monitor(std::move(monitor)), m_run(config.home, config.group)
    {
    }

    Result<WatchResult> run()
    {
        while (!m_context.stopRequested()) {
            const auto began = Clock::now();
            if (auto looked = look(); !looked)
                return fail(looked.error());
            if (m_last && ++m_looks == m_config.count)
                break;
            m_context.waitFor(std::max(kBreath, m_config.interval - (Clock::now() - began)));
        }
        return WatchResult{std::move(m_last), m_looks, m_context.stopRequested()};
    }

private:
    Status look()
    {
        auto found = m_monitor.look(m_context.stop());
        if (m_context.stopRequested())
            return {};
        const bool first = !m_last;
        if (!found && first)
            return isStarting(found.error()) ? Status{} : fail(found.error());
        if (found && first && m_config.topic.empty() && found->partitions.empty())
            if (auto known = m_monitor.requireGroup(); !known)
                return known;
        if (sayOnce(m_saidAway, !found))
            m_context.note(Note::Severity::Warning, describe(found.error()) + "; asking on");
        if (!found)
            return {};
        const bool peekFails = found->peekFailure && m_peekFailed; // a record may be deleted just when it is asked for
        m_peekFailed = found->peekFailure.has_value();
        if (sayOnce(m_saidPeek, peekFails))
            m_context.note(Note::Severity::Warning, "Ages are unknown: " + describe(*found->peekFailure));
        m_run.refresh();
        m_last = view(*found);
        m_context.show(toJson(*m_last));
        return {};
    }

    /// Of a cluster that has just started the groups' coordinator answers later than the rest.
    [[nodiscard]] bool isStarting(const Error& error) const
    {
        return error.retriable && Clock::now() - m_began < kCoordinatorStarts &&
               isReachable(m_config.connection, kStartKnock);
    }

    /// True when something begins to be so.
    static bool sayOnce(bool& said, bool now) { return !std::exchange(said, now) && now; }

    GroupWatchLook view(const GroupLook& look)
    {
        GroupWatchLook view{
            m_config.group, m_looks + 1, isoTime(nowMilliseconds()), secondsSince(m_began), m_run.name(), {}, {}};
        std::vector<LagNumbers> all;
        for (const GroupLagRow& position : look.partitions) {
            LagHistory& history = m_histories[{position.topic, position.partition}];
            history.add({position.offsets(), view.seconds, position.commitMetadata});
            LagNumbers numbers = history.numbers(m_run.kind());
            numbers.ageSeconds = ageOf(position, numbers.reading);
            all.push_back(numbers);
            view.rows.push_back({position, std::move(numbers), m_run.processed({position.topic, position.partition})});
        }
        view.total = totalOf(all);
        return view;
    }

    static std::optional<double> ageOf(const GroupLagRow& position, const LagReading& reading)
    {
        if (reading.isHeldBack()) // by records that nobody can look at
            return std::nullopt;
        if (position.nothingLeft)
            return 0;
        return ageSeconds(position.nextTimestamp, nowMilliseconds());
    }

    const WatchConfig& m_config;
    JobContext& m_context;
    GroupMonitor m_monitor;
    GroupRun m_run;
    std::map<Key, LagHistory> m_histories;
    std::optional<GroupWatchLook> m_last;
    Clock::time_point m_began = Clock::now();
    std::int64_t m_looks = 0;
    bool m_saidAway = false, m_saidPeek = false, m_peekFailed = false;
};

nlohmann::json toJson(const WatchedPartition& row)
{
    const GroupLagRow& position = row.position;
    nlohmann::json json = toJson(row.numbers);
    json["topic"] = position.topic;
    json["partition"] = position.partition;
    json["timestamp_type"] =
        position.nextTimestamp ? nlohmann::json(position.appendTime ? "append" : "create") : nlohmann::json();
    json["committed"] = orNull(position.currentOffset);
    json["processed"] = orNull(row.processed);
    json["start"] = orNull(position.logStartOffset);
    json["end"] = orNull(position.logEndOffset);
    json.update(membersJson(position));
    return json;
}

nlohmann::json toJson(const LagTotal& total)
{
    nlohmann::json json = toJson(total.sum);
    json["partitions"] = total.partitions;
    json["known"] = total.known;
    return json;
}

} // namespace

nlohmann::json toJson(const GroupWatchLook& look)
{
    nlohmann::json rows = nlohmann::json::array();
    for (const WatchedPartition& row : look.rows)
        rows.push_back(toJson(row));
    return {{"group", look.group},        {"look", look.number},     {"time", look.time},
            {"seconds", look.seconds},    {"run", orNull(look.run)}, {"rows", std::move(rows)},
            {"total", toJson(look.total)}};
}

nlohmann::json toJson(const WatchResult& result)
{
    nlohmann::json json = result.last ? toJson(*result.last) : nlohmann::json::object();
    json["looks"] = result.looks;
    json["stopped"] = result.stopped;
    return json;
}

Result<WatchResult> watchGroup(const WatchConfig& config, JobContext& context)
{
    auto monitor = GroupMonitor::open(config.connection, config.group, config.topic);
    if (!monitor)
        return fail(monitor.error());
    return GroupWatch(config, context, std::move(*monitor)).run();
}

} // namespace millrace
