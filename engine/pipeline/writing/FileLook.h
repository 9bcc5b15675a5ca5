// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "data/Rejections.h"
#include "data/files/Classes.h"
#include "data/files/FileRows.h"
#include "data/files/FileState.h"
#include "data/formats/RecordFormat.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/writing/FileSplit.h"

namespace millrace
{

/// What a look through the file finds before anything is sent.
class FileLook
{
public:
    FileLook(const PublishConfig& config, const MessageLimit& limit, JobContext& context);

    FileState file;                          ///< as it was before the look,
    std::optional<FileState> testFile;       ///< and that of the test part, where it is a file of its own
    std::int64_t usable = 0, testUsable = 0; ///< rows of both
    bool whole = false;                      ///< all rows were looked at
    LabelValues labels;
    std::optional<SplitSketch> split;      ///< of what the test part is drawn from
    std::optional<SplitRule> rule;         ///< that follows from it
    Rejections rejections, testRejections; ///< of each, without a file

    /// One pass; to the first usable row where that is all that is to be known.
    Status read(const Schema& schema, bool all);

private:
    /// One of the files; `most`: usable rows, −1 all. `there`: where it has the columns, if not in the schema's order.
    Status readFile(const std::filesystem::path& path, const Schema& schema, const std::optional<FileColumns>& there,
                    std::int64_t most, std::int64_t& usableRows);
    Status take(const std::filesystem::path& path, const FileRow& row);
    Status checkMessage(RecordFormat& format, const std::filesystem::path& path, const CsvRow& row) const;
    Status reject(const std::filesystem::path& path, const FileRow& row);
    [[nodiscard]] bool isTestFile(const std::filesystem::path& path) const
    {
        return testFile && path == m_config.testFile;
    }
    void report(double fraction);

    const PublishConfig& m_config;
    FileSplit m_split;
    const MessageLimit& m_limit;
    JobContext& m_context;
    Clock::time_point m_began = Clock::now(), m_reported = Clock::now();
};

/// Reads the file through before anything is made or sent, and gives the schema its classes. Config and limit outlive
/// the look.
Result<FileLook> lookThrough(PublishConfig& config, const MessageLimit& limit, JobContext& context);

/// Refuses (ErrorCode::BadData) a row whose message would be larger than is taken; it names the line.
Status checkMessageSize(const std::filesystem::path& file, const MessageLimit& limit, const CsvRow& row,
                        std::size_t bytes);
/// A row that cannot be used, where such a row ends the job.
Error badRow(const std::filesystem::path& file, const CsvRow& row, const DecodeProblem& problem);

} // namespace millrace
