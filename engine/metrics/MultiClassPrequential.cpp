// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/MultiClassPrequential.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace millrace
{
namespace
{

ScoreTable streamTable(const MultiClassTally& tally, std::int64_t majority, std::int64_t noChange)
{
    ScoreTable table = tally.table();
    const Confusion& confusion = tally.confusion();
    const auto records = static_cast<double>(confusion.records());
    const auto share = [records](std::int64_t right) {
        return records > 0 ? static_cast<double>(right) / records : kUnknown;
    };
    const double last = share(noChange);
    const bool isTold = confusion.hasSeveralClasses() && last < 1;
    table.push_back(scoreRow("temporal_kappa", isTold ? (confusion.accuracy() - last) / (1 - last) : kUnknown));
    table.push_back(scoreRow("majority", share(majority)));
    table.push_back(scoreRow("no_change", last));
    return table;
}

} // namespace

MultiClassPrequential::MultiClassPrequential(int classes, int window, std::int64_t exactOutputs)
    : m_window(static_cast<std::size_t>(window)), m_all(classes, exactOutputs),
      m_counts(static_cast<std::size_t>(classes))
{
}

void MultiClassPrequential::Rights::add(const Entry& entry)
{
    majority += entry.majority ? 1 : 0;
    noChange += entry.noChange ? 1 : 0;
}

void MultiClassPrequential::add(std::span<const float> logits, std::span<const float> targets)
{
    const std::size_t classes = m_counts.size();
    for (std::size_t i = 0; i < targets.size(); ++i)
        addOne(outcomeOf(logits.subspan(i * classes, classes), targets[i], m_all.isRanked()));
}

void MultiClassPrequential::addOne(MultiClassOutcome outcome)
{
    const int actual = outcome.actual;
    Entry entry{std::move(outcome), m_mostFrequent == actual, m_last == actual};
    m_all.add(entry.outcome);
    m_rights.add(entry);
    m_recent.push_back(std::move(entry));
    if (m_recent.size() > m_window)
        m_recent.pop_front();
    const std::int64_t count = ++m_counts[static_cast<std::size_t>(actual)];
    const std::int64_t most = m_counts[static_cast<std::size_t>(m_mostFrequent)];
    if (count > most || (count == most && actual < m_mostFrequent))
        m_mostFrequent = actual;
    m_last = actual;
}

ScoreTable MultiClassPrequential::cumulative() const
{
    return streamTable(m_all, m_rights.majority, m_rights.noChange);
}

ScoreTable MultiClassPrequential::windowed() const
{
    MultiClassTally tally(m_all.classes(), static_cast<std::int64_t>(m_window));
    Rights rights;
    for (const Entry& entry : m_recent) {
        tally.add(entry.outcome);
        rights.add(entry);
    }
    return streamTable(tally, rights.majority, rights.noChange);
}

Prequential::Baselines MultiClassPrequential::baselines() const
{
    if (records() == 0)
        return {};
    const auto all = static_cast<double>(records());
    return {static_cast<double>(m_rights.majority) / all, static_cast<double>(m_rights.noChange) / all};
}

/// Floating point numbers as their bits: infinite ones too come back as they were.
nlohmann::json MultiClassPrequential::state() const
{
    nlohmann::json window = nlohmann::json::array();
    for (const Entry& entry : m_recent) {
        const MultiClassOutcome& outcome = entry.outcome;
        nlohmann::json bits = nlohmann::json::array();
        for (const float logOdds : outcome.logOdds)
            bits.push_back(std::bit_cast<std::uint32_t>(logOdds));
        window.push_back({outcome.actual, outcome.predicted,
                          (outcome.inTop ? 1 : 0) + (entry.majority ? 2 : 0) + (entry.noChange ? 4 : 0),
                          std::bit_cast<std::uint64_t>(outcome.loss), std::move(bits)});
    }
    return {{"all", m_all.state()},
            {"majority", m_rights.majority},
            {"no_change", m_rights.noChange},
            {"window", std::move(window)},
            {"last_label", m_last}};
}

void MultiClassPrequential::restore(const nlohmann::json& state)
{
    m_all.restore(state.at("all"));
    m_rights = {state.at("majority").get<std::int64_t>(), state.at("no_change").get<std::int64_t>()};
    m_counts = m_all.confusion().classCounts();
    m_mostFrequent = static_cast<int>(std::ranges::max_element(m_counts) - m_counts.begin());
    m_last = state.at("last_label").get<int>();
    const auto classAt = [&](const nlohmann::json& index) {
        const int found = index.get<int>();
        if (found < 0 || found >= m_all.classes())
            throw std::out_of_range("a class that there is not");
        return found;
    };
    for (const nlohmann::json& each : state.at("window")) {
        const auto flags = each.at(2).get<unsigned>();
        Entry entry{{classAt(each.at(0)),
                     classAt(each.at(1)),
                     (flags & 1U) != 0,
                     std::bit_cast<double>(each.at(3).get<std::uint64_t>()),
                     {}},
                    (flags & 2U) != 0,
                    (flags & 4U) != 0};
        for (const nlohmann::json& bits : each.at(4))
            entry.outcome.logOdds.push_back(std::bit_cast<float>(bits.get<std::uint32_t>()));
        if (entry.outcome.logOdds.size() != (m_all.isRanked() ? m_counts.size() : 0))
            throw std::out_of_range("outputs of another number of classes");
        m_recent.push_back(std::move(entry));
    }
}

} // namespace millrace
