// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/BinaryPrequential.h"

#include "metrics/Logit.h"
#include "metrics/SparseCounts.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace millrace
{
namespace
{

constexpr unsigned kBinBits = 18;

/// Logits in order as bin numbers in order.
std::size_t binOf(float logit)
{
    return orderedBits(logit) >> (32U - kBinBits);
}

/// Twice the pairs of `logit` with sorted ones where `logit` is above; equal ones count once.
std::int64_t pairsAbove(const std::vector<float>& sorted, float logit)
{
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), logit);
    return 2 * (low - sorted.begin()) + (high - low);
}

ScoreTable tableOf(const BinaryStreamScores& scores)
{
    return {scoreRow("loss", scores.loss),
            scoreRow("accuracy", scores.accuracy),
            scoreRow("auc", scores.auc, scores.approximate),
            scoreRow("kappa", scores.kappa),
            scoreRow("temporal_kappa", scores.temporalKappa),
            scoreRow("majority", scores.majority),
            scoreRow("no_change", scores.noChange)};
}

double share(std::int64_t part, std::int64_t whole)
{
    return static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

BinaryPrequential::BinaryPrequential(int window, std::int64_t exactScores, double cut)
    : m_window(window), m_cut(cut), m_exactScores(exactScores)
{
}

void BinaryPrequential::Sums::add(const Entry& entry, int sign)
{
    records += sign;
    correct += entry.predicted == entry.label ? sign : 0;
    majority += entry.majority == entry.label ? sign : 0;
    noChange += entry.last == entry.label ? sign : 0;
    positives += entry.label ? sign : 0;
    predictedPositive += entry.predicted ? sign : 0;
    loss += sign * entry.loss;
}

BinaryStreamScores BinaryPrequential::Sums::scores() const
{
    BinaryStreamScores scores;
    scores.records = records;
    if (records == 0)
        return scores;
    scores.accuracy = share(correct, records);
    scores.loss = loss / static_cast<double>(records);
    scores.majority = share(majority, records);
    scores.noChange = share(noChange, records);
    const double p = share(positives, records), predicted = share(predictedPositive, records);
    const double chance = p * predicted + (1 - p) * (1 - predicted);
    // With labels of one class there is nothing to tell apart: 0 would read as "no better than chance".
    const bool bothClasses = positives > 0 && positives < records;
    if (bothClasses && chance < 1)
        scores.kappa = (scores.accuracy - chance) / (1 - chance);
    if (bothClasses && scores.noChange < 1)
        scores.temporalKappa = (scores.accuracy - scores.noChange) / (1 - scores.noChange);
    return scores;
}

void BinaryPrequential::add(std::span<const float> logits, std::span<const float> labels)
{
    for (std::size_t i = 0; i < logits.size(); ++i)
        addOne(logits[i], isPositive(labels[i]));
}

void BinaryPrequential::addOne(float logit, bool label)
{
    const double loss = logLoss(logit, label ? 1 : 0);
    if (std::isnan(logit))
        logit = -std::numeric_limits<float>::infinity(); // a place in the order; the loss says what happened
    const Entry entry{logit, loss, label, m_labels[1] > m_labels[0], m_lastLabel, predictsPositive(logit, m_cut)};
    m_all.add(entry, 1);
    remember(entry);
    ++m_labels[label ? 1 : 0];
    m_lastLabel = label;
    bin(logit, label);
}

/// In the window, out of which the oldest goes.
void BinaryPrequential::remember(const Entry& entry)
{
    m_recent.add(entry, 1);
    m_entries.push_back(entry);
    if (m_entries.size() > static_cast<std::size_t>(m_window)) {
        m_recent.add(m_entries.front(), -1);
        m_entries.pop_front();
    }
}

void BinaryPrequential::bin(float logit, bool label)
{
    if (m_bins[0].empty() && m_all.records > m_exactScores)
        useBins();
    if (m_bins[0].empty())
        m_logits[label ? 1 : 0].push_back(logit);
    else
        ++m_bins[label ? 1 : 0][binOf(logit)];
}

void BinaryPrequential::useBins()
{
    if (!m_bins[0].empty())
        return;
    for (const int side : {0, 1}) {
        m_bins[side].resize(std::size_t{1} << kBinBits);
        for (const float earlier : m_logits[side])
            ++m_bins[side][binOf(earlier)];
        std::vector<float>().swap(m_logits[side]);
    }
}

/// Floats as their bits: infinite ones too come back as they were.
nlohmann::json BinaryPrequential::state() const
{
    nlohmann::json window = nlohmann::json::array(), bins = nlohmann::json::array();
    for (const Entry& entry : m_entries) {
        window.push_back(std::bit_cast<std::uint32_t>(entry.logit));
        window.push_back((entry.label ? 1 : 0) + (entry.majority ? 2 : 0) + (entry.last ? 4 : 0));
    }
    for (const auto& side : m_bins)
        bins.push_back(sparseCounts(std::span<const std::int64_t>(side)));
    return {{"records", m_all.records},
            {"correct", m_all.correct},
            {"majority", m_all.majority},
            {"no_change", m_all.noChange},
            {"positives", m_all.positives},
            {"said_positive", m_all.predictedPositive},
            {"loss", std::bit_cast<std::uint64_t>(m_all.loss)},
            {"window", std::move(window)},
            {"bins", std::move(bins)},
            {"last_label", m_lastLabel}};
}

void BinaryPrequential::restore(const nlohmann::json& state)
{
    const nlohmann::json& window = state.at("window");
    for (std::size_t i = 0; i + 1 < window.size(); i += 2) {
        const auto logit = std::bit_cast<float>(window[i].get<std::uint32_t>());
        const auto flags = window[i + 1].get<unsigned>();
        const bool label = (flags & 1U) != 0;
        remember({logit, logLoss(logit, label ? 1 : 0), label, (flags & 2U) != 0, (flags & 4U) != 0,
                  predictsPositive(logit, m_cut)});
    }
    m_all = {state.at("records").get<std::int64_t>(),
             state.at("correct").get<std::int64_t>(),
             state.at("majority").get<std::int64_t>(),
             state.at("no_change").get<std::int64_t>(),
             state.at("positives").get<std::int64_t>(),
             state.at("said_positive").get<std::int64_t>(),
             std::bit_cast<double>(state.at("loss").get<std::uint64_t>())};
    m_labels[1] = m_all.positives;
    m_labels[0] = m_all.records - m_all.positives;
    m_lastLabel = state.at("last_label").get<bool>();
    useBins();
    for (const int side : {0, 1})
        readSparseCounts(state.at("bins").at(static_cast<std::size_t>(side)), std::span(m_bins[side]));
}

double BinaryPrequential::cumulativeAuc() const
{
    const double all = static_cast<double>(m_labels[0]) * static_cast<double>(m_labels[1]);
    if (all == 0)
        return kUnknown;
    double won = 0, below = 0;
    if (!m_bins[0].empty()) {
        for (std::size_t i = 0; i < m_bins[0].size(); ++i) {
            won += static_cast<double>(m_bins[1][i]) * (below + 0.5 * static_cast<double>(m_bins[0][i]));
            below += static_cast<double>(m_bins[0][i]);
        }
        return won / all;
    }
    std::vector<float> negative = m_logits[0];
    std::ranges::sort(negative);
    for (const float logit : m_logits[1])
        won += 0.5 * static_cast<double>(pairsAbove(negative, logit));
    return won / all;
}

BinaryStreamScores BinaryPrequential::all() const
{
    BinaryStreamScores scores = m_all.scores();
    scores.auc = cumulativeAuc();
    scores.approximate = !m_bins[0].empty();
    return scores;
}

std::array<std::array<std::int64_t, 2>, 2> BinaryPrequential::confusion() const
{
    // The four counts from their sums: all, the right ones, the ones, those predicted to be ones.
    const std::int64_t right = (m_all.correct - m_all.records + m_all.positives + m_all.predictedPositive) / 2;
    const std::int64_t missed = m_all.positives - right, alarms = m_all.predictedPositive - right;
    return {{{m_all.records - right - missed - alarms, alarms}, {missed, right}}};
}

/// Made when somebody asks: at every record it would be most of what scoring costs.
double BinaryPrequential::windowedAuc() const
{
    std::vector<float> positive, negative;
    for (const Entry& entry : m_entries)
        (entry.label ? positive : negative).push_back(entry.logit);
    if (positive.empty() || negative.empty())
        return kUnknown;
    std::ranges::sort(negative);
    std::int64_t pairs = 0;
    for (const float logit : positive)
        pairs += pairsAbove(negative, logit);
    return 0.5 * static_cast<double>(pairs) /
           (static_cast<double>(positive.size()) * static_cast<double>(negative.size()));
}

BinaryStreamScores BinaryPrequential::recent() const
{
    Sums recent = m_recent;
    recent.loss = 0; // added up anew: what is added and taken away again leaves rounding behind
    for (const Entry& entry : m_entries)
        recent.loss += entry.loss;
    BinaryStreamScores scores = recent.scores();
    scores.auc = windowedAuc();
    return scores;
}

ScoreTable BinaryPrequential::cumulative() const
{
    return tableOf(all());
}

ScoreTable BinaryPrequential::windowed() const
{
    return tableOf(recent());
}

Prequential::Baselines BinaryPrequential::baselines() const
{
    const BinaryStreamScores scores = m_all.scores();
    return {scores.majority, scores.noChange};
}

nlohmann::json BinaryPrequential::figures() const
{
    return {{"confusion", confusion()}};
}

} // namespace millrace
