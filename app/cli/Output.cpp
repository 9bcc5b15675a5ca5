// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/Output.h"

#include "base/Text.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace millrace
{
namespace
{

using nlohmann::json;

json orNull(double value)
{
    return std::isfinite(value) ? json(value) : json();
}

/// Characters as seen, not bytes: continuation bytes of UTF-8 do not count.
std::size_t shownLength(const std::string& text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, bool right)
{
    const std::string space(width - std::min(width, shownLength(text)), ' ');
    return right ? space + text : text + space;
}

std::string shown(const json& value)
{
    if (value.is_null())
        return formatCount(std::nullopt);
    if (value.is_number_integer())
        return formatCount(value.get<std::int64_t>());
    if (value.is_number())
        return formatFixed(value.get<double>(), std::abs(value.get<double>()) < 1000 ? 4 : 0);
    return value.is_string() ? value.get<std::string>() : dumpJson(value);
}

/// Lines of a report, whose values may hold anything.
std::string printableLines(const std::string& text)
{
    return printable(text, "\n");
}

/// A number that names something: people look for it as it is.
bool isIdentifier(const std::string& key)
{
    return key == "pid" || key == "port" || key == "seed" || key == "partition";
}

} // namespace

void Output::progress(const std::string& kind, const Progress& progress)
{
    if (m_json) {
        json event = {{"event", "progress"},
                      {"kind", kind},
                      {"text", progress.text},
                      {"fraction", orNull(progress.fraction)},
                      {"records", progress.records},
                      {"rate", orNull(progress.rate)},
                      {"seconds_left", orNull(progress.secondsLeft)}};
        if (progress.passes > 0)
            event.update({{"pass", progress.pass}, {"passes", progress.passes}});
        line(event);
        return;
    }
    if (m_quiet || isatty(STDERR_FILENO) == 0)
        return;
    constexpr int kBarWidth = 24;
    const double fraction = std::isfinite(progress.fraction) ? progress.fraction : 0;
    std::string bar;
    for (int i = 0; i < kBarWidth; ++i)
        bar += i < fraction * kBarWidth ? "█" : "░";
    std::fprintf(stderr, "\r\033[K%s %s  %s/s  %s left", bar.c_str(), printable(progress.text).c_str(),
                 std::isfinite(progress.rate) ? formatCount(static_cast<std::int64_t>(progress.rate)).c_str() : "–",
                 formatDuration(progress.secondsLeft).c_str());
    std::fflush(stderr);
    m_barShown = true;
}

void Output::note(const Note& note)
{
    if (m_json) {
        static constexpr std::array kSeverities = {"info", "warning", "error"};
        line({{"event", "note"},
              {"severity", kSeverities.at(static_cast<std::size_t>(note.severity))},
              {"text", note.text}});
    } else if (!m_quiet || note.severity != Note::Severity::Info) { // quiet is no reason to hide what is wrong
        clearBar();
        std::fprintf(stderr, "%s%s\n",
                     note.severity == Note::Severity::Info ? "" : "warning: ", printableLines(note.text).c_str());
    }
}

void Output::info(const std::string& text)
{
    if (m_json || m_quiet)
        return;
    clearBar();
    std::fprintf(stderr, "%s\n", printableLines(text).c_str());
}

void Output::result(json result, const std::string& text)
{
    clearBar();
    if (m_json) {
        result["event"] = "result";
        line(result);
    } else {
        std::fprintf(stdout, "%s%s", printableLines(text).c_str(), text.ends_with('\n') || text.empty() ? "" : "\n");
    }
    std::fflush(stdout);
}

void Output::view(const std::string& kind, json view, const std::string& text)
{
    clearBar();
    event(kind, std::move(view));
    if (!m_json)
        std::fprintf(stdout, "%s\n", printableLines(text).c_str());
    std::fflush(stdout);
}

void Output::event(const std::string& name, json event)
{
    if (!m_json)
        return;
    event["event"] = name;
    line(event);
}

int Output::error(const Error& failure)
{
    const Error error = withKeyNames(failure, m_keyName);
    if (m_json)
        line({{"event", "error"},
              {"code", static_cast<int>(error.code)},
              {"message", error.message},
              {"advice", error.advice}});
    return troubleOfResult(error);
}

int Output::troubleOfResult(const Error& error)
{
    clearBar();
    std::fprintf(stderr, "millrace: %s\n", printableLines(describe(error)).c_str());
    return static_cast<int>(error.code);
}

int Output::finish()
{
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
        return 0;
    const std::string reason = errno != 0 ? std::string(": ") + std::strerror(errno) : std::string();
    clearBar();
    std::fprintf(stderr, "millrace: Not all of the output could be written%s\n", reason.c_str());
    return static_cast<int>(ErrorCode::Failed);
}

void Output::line(const json& json)
{
    const std::string text = dumpJson(json);
    std::fprintf(stdout, "%s\n", text.c_str());
    std::fflush(stdout);
}

void Output::clearBar()
{
    if (m_barShown)
        std::fprintf(stderr, "\r\033[K");
    m_barShown = false;
}

std::string textTable(std::vector<std::string> head, std::vector<std::vector<std::string>> rows,
                      std::size_t textColumns)
{
    const auto makePrintable = [](std::vector<std::string>& row) {
        for (std::string& cell : row)
            cell = printable(cell);
    };
    makePrintable(head);
    std::ranges::for_each(rows, makePrintable);
    std::vector<std::size_t> widths;
    for (const std::string& name : head)
        widths.push_back(shownLength(name));
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], shownLength(row[i]));
    std::string table;
    const auto add = [&](const std::vector<std::string>& row) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i)
            text += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i >= textColumns);
        while (text.ends_with(' '))
            text.pop_back();
        table += text + '\n';
    };
    add(head);
    for (const auto& row : rows)
        add(row);
    return table;
}

std::string describeResult(const json& result)
{
    std::vector<std::vector<std::string>> rows;
    std::size_t width = 0;
    for (const auto& [key, value] : result.items())
        if (!value.is_structured() && key != "event") {
            rows.push_back({key, isIdentifier(key) && !value.is_null() ? dumpJson(value) : shown(value)});
            width = std::max(width, key.size());
        }
    std::string text;
    for (const auto& row : rows)
        text += padded(row[0], width, false) + "  " + row[1] + '\n';
    return text;
}

} // namespace millrace
