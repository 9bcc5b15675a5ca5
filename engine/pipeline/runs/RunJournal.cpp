// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/RunJournal.h"

#include "base/Clock.h"
#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/runs/RunFiles.h"

#include <algorithm>
#include <fstream>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr auto kThinned = "thinned"; ///< an event

/// What no checkpoint needs: how mini-datasets were cut, or records were passed over, before them.
bool isNeeded(const nlohmann::json& entry, std::int64_t fromMiniDataset)
{
    const std::string event = textIn(entry, "event");
    return (event != "closed" && event != "skip") || integerIn(entry, "mini_dataset") >= fromMiniDataset;
}

/// A line of the journal; null where a crash tore it.
nlohmann::json parseEntry(const std::string& line)
{
    return parseJson(line, std::string(kJournalFile)).value_or(nlohmann::json());
}

} // namespace

RunJournal::RunJournal(const fs::path& run) : m_path(run / kJournalFile), m_file(m_path) {}

void RunJournal::setLargest(std::int64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    m_largest = m_thinAt = bytes;
}

void RunJournal::setNeeds(std::int64_t miniDataset)
{
    const std::lock_guard lock(m_mutex);
    m_needs = miniDataset;
}

Result<std::int64_t> RunJournal::add(nlohmann::json entry)
{
    const std::lock_guard lock(m_mutex);
    entry["time"] = isoTime(nowMilliseconds());
    crashPoint("journal.opened");
    if (auto added = m_file.add(dumpJson(entry) + '\n'); !added)
        return fail(added.error());
    const auto size = m_file.flush();
    if (!size)
        return fail(size.error());
    crashPoint("journal.written");
    return *size > m_thinAt ? thin() : 0;
}

/// Where a decision was dropped, the run can go on, but not be done again: the first entry says so.
Result<std::int64_t> RunJournal::thin()
{
    std::string kept;
    std::int64_t droppedEntries = 0;
    std::ifstream journal(m_path);
    for (std::string line; std::getline(journal, line);) {
        const auto entry = parseEntry(line);
        if (!entry.is_object())
            continue;
        if (textIn(entry, "event") == kThinned)
            droppedEntries += integerIn(entry, "entries");
        else if (isNeeded(entry, m_needs))
            (kept += line) += '\n';
        else
            ++droppedEntries;
    }
    if (droppedEntries > 0)
        kept.insert(0, dumpJson({{"event", kThinned}, {"entries", droppedEntries}}) + '\n');
    m_file = AppendFile(m_path);
    m_thinAt = std::max(m_largest, static_cast<std::int64_t>(kept.size()) * 2);
    if (auto written = writeFileAtomically(m_path, kept); !written)
        return fail(written.error());
    return droppedEntries;
}

std::vector<nlohmann::json> RunJournal::read(const fs::path& run)
{
    std::vector<nlohmann::json> entries;
    std::ifstream journal(run / kJournalFile);
    for (std::string line; std::getline(journal, line);)
        if (auto entry = parseEntry(line); entry.is_object())
            entries.push_back(std::move(entry));
    return entries;
}

/// What the first entry of the journal says of those that were before it.
std::int64_t RunJournal::dropped(const fs::path& run)
{
    std::ifstream journal(run / kJournalFile);
    std::string line;
    std::getline(journal, line);
    const auto entry = parseEntry(line);
    return textIn(entry, "event") == kThinned ? integerIn(entry, "entries") : 0;
}

} // namespace millrace
