// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/GroupRows.h"
#include "pipeline/reading/TopicSample.h"
#include "pipeline/reading/TransactionalReader.h"

namespace millrace
{

/// What a job reads as a member of a group, with a model.
struct GroupJobConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;
    std::string topic, group;
    std::string format = defaultRecordFormat(); ///< of the topic's records
    StreamEnd until;
    OnError onError = OnError::Skip;
    std::chrono::milliseconds interval{1000}; ///< a transaction commits so often
};

/// The cluster's answers, before anything is written.
struct GroupJobPlan {
    Admin admin;
    TopicInfo topic;
    RecordDecoder decoder;
};
/// Asks whether topic, format and model fit; errors are those of recordSchema().
Result<GroupJobPlan> planGroupJob(const GroupJobConfig& config, const ModelInput& model);

/// What the results of such jobs share.
struct GroupJobResult {
    std::string run, parent, group, topic;
    std::string data{}; ///< instead of a group and its topic: a file
    NothingNew nothing{};
    RejectionReport rejections{};
    std::vector<GroupLagRow> groups{}; ///< none where Kafka did not tell
    std::int64_t deletedUnread = 0;    ///< offsets that retention took before they were read
    std::vector<std::string> notes{};  ///< what was told before it began
    double seconds = 0;                ///< since the first message
    bool stopped = false;              ///< by its user
};
void tell(const GroupJobResult& shared, nlohmann::json& result);

/// The life of an evaluation or a prediction, from the plan to the result: a run folder, a member of the group whose
/// offsets are committed with what it writes, the judgement of what was read. Used by one thread; stays where it is.
class GroupJob
{
public:
    /// run: made for this job. parent: the run whose model is used. to: the topic that is written. then: what is done
    /// where a committed offset means nothing, "It is read and scored from its beginning".
    GroupJob(const GroupJobConfig& config, GroupJobPlan plan, RunFolder run, std::string parent, const std::string& to,
             const std::string& then, JobContext& context);
    GroupJob(const GroupJob&) = delete;
    GroupJob& operator=(const GroupJob&) = delete;

    [[nodiscard]] RunFolder& run() { return m_run; }
    [[nodiscard]] RecordSource& source() { return m_source; }
    [[nodiscard]] TransactionalReader& reader() { return m_reader; }
    [[nodiscard]] const TopicInfo& topic() const { return m_plan.topic; }

    /// Reports that so many records are done: rate, what is left, how long it takes. The number left; −1 unknown.
    std::int64_t report(std::int64_t records, const std::string& what);
    /// Reads until the end or a stop. A failure where nothing that was read could be used.
    Status read();
    /// The group's offsets and lag as they are now, before it leaves.
    Result<std::vector<GroupLagRow>> lag();
    /// Leaves the group. records: that the result counts.
    GroupJobResult end(std::int64_t records, const Result<std::vector<GroupLagRow>>& lag);
    /// Writes the result into the run's folder.
    Status finish(const nlohmann::json& result);
    /// The error, which the run's folder then tells, too.
    tl::unexpected<Error> failed(const Error& error) { return fail(m_run.finishFailed(error)); }

private:
    const GroupJobConfig& m_config;
    GroupJobPlan m_plan;
    RunFolder m_run;
    std::string m_parent;
    JobContext& m_context;
    GroupStart m_start;
    RecordSource m_source;
    TransactionalReader m_reader;
    NothingNew m_nothing;
};

} // namespace millrace
