// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/AppendFile.h"
#include "data/Task.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>

namespace millrace
{

/// A record that was predicted, and scored when its label was known.
struct Score {
    int partition = 0;
    std::int64_t offset = 0;
    float target = 0;
    std::span<const float> outputs; ///< as the model yields them; they live as long as the call
};

/// scores.csv of an online run: one line a scored record, in the order in which the labels came, as
/// `partition,offset,`target, outputs and what they mean by the task: `label,logit,probability` of two classes. It is
/// the ledger of what the run has learnt from, the material for people's own metrics, and what the run's scores are
/// made from again when it goes on. Numbers are written so that the same floats are read back. With a share it is in
/// parts, as AppendFile has them; beside each part that does not begin at 0 stands the state of the scores there,
/// `scores-<begin>.state`, so that dropped parts are not missed. Not thread-safe.
class ScoreLog
{
public:
    ScoreLog(std::filesystem::path file, const Task& task);

    void setPartBytes(std::int64_t bytes) { m_out.setPartBytes(bytes); }
    /// What comes from this position on may be gone back to.
    void setNeeded(std::int64_t position);
    /// Opens it with its first `bytes` bytes; what comes after is scored anew. 0: a new file. ErrorCode::BadData where
    /// that position is not there (any more).
    Status open(std::int64_t bytes);
    void add(const Score& score);
    /// So much was added that it is to be flushed now.
    [[nodiscard]] bool isLong() const { return m_lines.size() >= kLong; }
    /// Hands what was added to the operating system; how long all of it is now.
    Result<std::int64_t> flush();
    /// The part has its share.
    [[nodiscard]] bool isFull() const { return m_out.isFull(); }
    /// Begins a new part; `state` are the scores of all before it.
    Status roll(const nlohmann::json& state);
    /// Removes the states that nobody can go back to any more.
    void removeOld();

    /// Calls the handler for each score within the first `bytes` bytes. ErrorCode::BadData names the line that is not
    /// as it must be, or says that the file is shorter, or that its beginning was dropped.
    static Status read(const std::filesystem::path& file, std::int64_t bytes,
                       const std::function<void(const Score&)>& handler);
    /// The same where the beginning may be dropped: `begin` is called first with the state of the scores at the
    /// beginning of the part that holds the position, unless that is 0, and only that part is read.
    static Status readFromState(const std::filesystem::path& file, std::int64_t bytes,
                                const std::function<Status(const nlohmann::json&)>& begin,
                                const std::function<void(const Score&)>& handler);

private:
    static constexpr std::size_t kLong = 65536; ///< bytes
    std::filesystem::path m_file;
    Task m_task;
    AppendFile m_out;
    std::int64_t m_needed = 0;
    std::string m_lines; ///< not flushed yet
};

} // namespace millrace
