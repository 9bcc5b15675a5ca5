// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "data/Rejections.h"
#include "data/files/Classes.h"
#include "data/files/FileRows.h"
#include "data/files/FileState.h"
#include "data/formats/RecordFormat.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/writing/PublishConfig.h"

namespace millrace
{

/// What a look through the file finds before anything is sent.
class FileLook
{
public:
    FileLook(const PublishConfig& config, const MessageLimit& limit, JobContext& context);

    FileState file; ///< as it was before the look
    std::int64_t usable = 0;
    bool whole = false; ///< all rows were looked at
    LabelValues labels;
    Rejections rejections; ///< without a file

    /// One pass; to the first usable row where that is all that is to be known.
    Status read(const Schema& schema, bool all);

private:
    Status checkMessage(RecordFormat& format, const CsvRow& row) const;
    Status reject(const FileRow& row);
    void report(double fraction);

    const PublishConfig& m_config;
    const MessageLimit& m_limit;
    JobContext& m_context;
    Clock::time_point m_began = Clock::now(), m_reported = Clock::now();
};

/// Reads the file through before anything is made or sent, and gives the schema its classes. Config and limit outlive
/// the look.
Result<FileLook> lookThrough(PublishConfig& config, const MessageLimit& limit, JobContext& context);

/// Refuses (ErrorCode::BadData) a row whose message would be larger than is taken; it names the line.
Status checkMessageSize(const PublishConfig& config, const MessageLimit& limit, std::int64_t line, std::size_t bytes);
/// A row that cannot be used, where such a row ends the job.
Error badRow(const PublishConfig& config, const CsvRow& row, const DecodeProblem& problem);

} // namespace millrace
