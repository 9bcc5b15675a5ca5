// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>

namespace millrace
{

/// Where UCI keeps SUSY.
inline constexpr const char* kSusyAddress =
    "https://archive.ics.uci.edu/ml/machine-learning-databases/00279/SUSY.csv.gz";

struct DownloadConfig {
    std::string url = kSusyAddress;
    std::filesystem::path out;
    std::int64_t rows = -1; ///< the first ones only; −1 all
    int columns = 19;       ///< that each row must have; 0: as many as the first
    int retries = 5;        ///< after so many failures in a row that brought nothing it gives up
};

/// Downloads a table, plain or gzip, and stops after the rows that are wanted. What has come stays beside the file as
/// NAME.part until all is there, so that a connection that is cut, or another process, goes on from there: with the
/// very same file only, as its entity tag (or date) and length tell; otherwise from the beginning. The file gets its
/// name when it is whole: rows counted, columns of each checked, checksums right. A whole gzip file keeps its bytes;
/// anything else is written anew, as gzip where the name ends in .gz. The result's fields are in session/README.md.
Result<nlohmann::json> download(const DownloadConfig& config, JobContext& context);

} // namespace millrace
