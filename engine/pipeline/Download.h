// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>

namespace millrace
{

struct DownloadConfig {
    std::string url;
    std::filesystem::path out;
    std::int64_t rows = -1; ///< the first ones only; −1 all
    int columns = 0;        ///< that each row must have; 0: as many as the first
    int retries = 5;        ///< after so many failures in a row that brought nothing it gives up
};

struct DownloadResult {
    std::filesystem::path file;
    std::string url, version; ///< the server's: entity tag or date
    std::int64_t rows = 0;
    std::int64_t bytes = 0;     ///< that were fetched, by earlier processes too
    bool whole = false;         ///< all rows that there are
    std::int64_t resumedAt = 0; ///< the byte from which this process went on
    double seconds = 0;
};
nlohmann::json toJson(const DownloadResult& result); ///< session/README.md has the fields

/// Downloads a table, plain or gzip, and stops after the rows that are wanted. What has come stays beside the file as
/// NAME.part until all is there, so that a connection that is cut, or another process, goes on from there: with the
/// very same file only, as its entity tag (or date) and length tell; otherwise from the beginning. The file gets its
/// name when it is whole: rows counted, columns of each checked, checksums right. A whole gzip file keeps its bytes;
/// anything else is written anew, as gzip where the name ends in .gz.
Result<DownloadResult> download(const DownloadConfig& config, JobContext& context);

} // namespace millrace
