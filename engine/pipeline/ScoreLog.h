// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>

namespace millrace
{

/// A record that was predicted, and scored when its label was known.
struct Score {
    int partition = 0;
    std::int64_t offset = 0;
    float label = 0; ///< 0 or 1
    float logit = 0;
};

/// scores.csv of an online run: one line a scored record, in the order in which the labels came, as
/// `partition,offset,label,logit,probability`. It is the ledger of what the run has learnt from, the material for
/// people's own metrics, and what the run's scores are made from again when it goes on. Numbers are written so that the
/// same floats are read back. Not thread-safe.
class ScoreLog
{
public:
    explicit ScoreLog(std::filesystem::path file) : m_file(std::move(file)) {}

    /// Opens it with its first `bytes` bytes; what comes after is scored anew. 0: a new file.
    Status open(std::int64_t bytes);
    void add(const Score& score);
    /// Hands what was added to the operating system; how long the file is now.
    Result<std::int64_t> flush();

    /// Calls the handler for each score within the first `bytes` bytes. ErrorCode::BadData names the line that is not
    /// as it must be, or says that the file is shorter.
    static Status read(const std::filesystem::path& file, std::int64_t bytes,
                       const std::function<void(const Score&)>& handler);

private:
    std::filesystem::path m_file;
    std::ofstream m_stream;
    std::string m_line;
    std::int64_t m_bytes = 0;
};

} // namespace millrace
