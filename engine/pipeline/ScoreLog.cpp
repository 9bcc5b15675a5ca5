// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/ScoreLog.h"

#include "base/CrashPoint.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::string_view kHead = "partition,offset,label,logit,probability\n";

template <class Number>
void append(std::string& line, Number number)
{
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    line.append(digits.data(), end);
}

/// Takes "number," off the front of the text.
template <class Number>
bool take(std::string_view& text, Number& number)
{
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end == text.data() + text.size() || *end != ',')
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return true;
}

Error cannotWrite(const fs::path& file, const std::string& why)
{
    return {ErrorCode::Failed, "Cannot write " + file.string() + ": " + why,
            "Free some space: learning stopped, its last checkpoint is kept", false};
}

} // namespace

Status ScoreLog::open(std::int64_t bytes)
{
    std::error_code error;
    if (bytes > 0)
        fs::resize_file(m_file, static_cast<std::uintmax_t>(bytes), error);
    else
        fs::remove(m_file, error);
    if (error)
        return fail(cannotWrite(m_file, error.message()));
    m_stream.open(m_file, std::ios::binary | std::ios::app);
    m_bytes = bytes;
    m_line = bytes == 0 ? std::string(kHead) : std::string();
    return m_stream ? Status{} : fail(cannotWrite(m_file, std::strerror(errno)));
}

void ScoreLog::add(const Score& score)
{
    append(m_line, score.partition);
    m_line += ',';
    append(m_line, score.offset);
    m_line += score.label > 0.5F ? ",1," : ",0,";
    append(m_line, score.logit);
    m_line += ',';
    append(m_line, 1 / (1 + std::exp(-score.logit)));
    m_line += '\n';
}

Result<std::int64_t> ScoreLog::flush()
{
    errno = 0;
    m_stream.write(m_line.data(), static_cast<std::streamsize>(m_line.size()));
    m_bytes += static_cast<std::int64_t>(m_line.size());
    m_line.clear();
    if (!m_stream.flush())
        return fail(cannotWrite(m_file, std::strerror(errno)));
    crashPoint("scores.appended");
    return m_bytes;
}

Status ScoreLog::read(const fs::path& file, std::int64_t bytes, const std::function<void(const Score&)>& handler)
{
    std::ifstream stream(file, std::ios::binary);
    std::string line;
    std::int64_t at = 0;
    for (std::int64_t number = 1; at < bytes && std::getline(stream, line); ++number) {
        at += static_cast<std::int64_t>(line.size()) + 1;
        if (number == 1)
            continue;
        std::string_view text = line;
        Score score;
        if (!take(text, score.partition) || !take(text, score.offset) || !take(text, score.label) ||
            !take(text, score.logit))
            return fail(ErrorCode::BadData, file.string() + " line " + std::to_string(number) + " is no score",
                        "The run cannot go on with a changed scores.csv: start a new one");
        handler(score);
    }
    if (at == bytes)
        return {};
    return fail(ErrorCode::BadData,
                file.string() + " has " + std::to_string(at) + " bytes, and the checkpoint knows of " +
                    std::to_string(bytes),
                "The run cannot go on without its scores: start a new one");
}

} // namespace millrace
