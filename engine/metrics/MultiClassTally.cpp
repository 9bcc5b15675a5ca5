// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/MultiClassTally.h"

#include "metrics/SparseCounts.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace millrace
{
namespace
{

constexpr int kTop = 3;
constexpr int kFewClasses = 10; ///< of so few, being among three says little

/// Whether fewer than three classes come before this one, in falling order of logits.
bool isInTop(std::span<const float> logits, std::size_t ofClass)
{
    int before = 0;
    for (std::size_t i = 0; i < logits.size() && before < kTop; ++i)
        before += logits[i] > logits[ofClass] || (i < ofClass && logits[i] == logits[ofClass]) ? 1 : 0;
    return before < kTop;
}

/// The softmax's terms relative to the highest one, and the sum of all but that.
struct SoftmaxTerms {
    std::size_t top = 0; ///< the class of the highest logit, the first of equals
    std::vector<double> terms;
    double rest = 0;
    explicit SoftmaxTerms(std::span<const float> logits)
        : top(static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin())), terms(logits.size())
    {
        for (std::size_t i = 0; i < logits.size(); ++i) {
            terms[i] = std::exp(below(logits, i));
            rest += i == top ? 0 : terms[i];
        }
    }
    [[nodiscard]] double below(std::span<const float> logits, std::size_t ofClass) const
    {
        return static_cast<double>(logits[ofClass]) - static_cast<double>(logits[top]);
    }
};

/// log p / (1 − p) of each class. The sum over the others is taken without the class's own term: 1 − p would be 0 of
/// one that is sure.
std::vector<float> logOddsOf(std::span<const float> logits, const SoftmaxTerms& softmax)
{
    std::vector<float> logOdds(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double others = i == softmax.top ? softmax.rest : 1 + (softmax.rest - softmax.terms[i]);
        logOdds[i] = static_cast<float>(softmax.below(logits, i) - std::log(others));
    }
    return logOdds;
}

} // namespace

MultiClassOutcome outcomeOf(std::span<const float> logits, float target, bool withLogOdds)
{
    const auto last = static_cast<float>(logits.size()) - 1;
    const auto actual = static_cast<std::size_t>(std::clamp(std::isnan(target) ? 0 : std::round(target), 0.0F, last));
    const SoftmaxTerms softmax(logits);
    return {static_cast<int>(actual), static_cast<int>(softmax.top), isInTop(logits, actual),
            std::log1p(softmax.rest) - softmax.below(logits, actual),
            withLogOdds ? logOddsOf(logits, softmax) : std::vector<float>()};
}

MultiClassTally::MultiClassTally(int classes, std::int64_t exactOutputs)
    : m_classes(classes), m_confusion(classes), m_ranks(classes, exactOutputs)
{
}

void MultiClassTally::add(const MultiClassOutcome& outcome, float weight)
{
    const auto counted = static_cast<double>(weight);
    m_confusion.add(outcome.actual, outcome.predicted, counted);
    m_inTop += outcome.inTop ? counted : 0;
    if (m_loss.add(outcome.loss, counted))
        m_ranks.add(outcome.logOdds, outcome.actual, weight);
}

void MultiClassTally::merge(const MultiClassTally& other)
{
    m_confusion.merge(other.m_confusion);
    m_loss.merge(other.m_loss);
    m_inTop += other.m_inTop;
    m_ranks.merge(other.m_ranks);
}

ScoreTable MultiClassTally::table() const
{
    const double auc = m_loss.unknown > 0 ? kUnknown : m_ranks.macroAuc();
    ScoreTable table = {scoreRow("loss", loss()),
                        scoreRow("accuracy", m_confusion.accuracy()),
                        scoreRow("auc", auc, m_ranks.isApproximate()),
                        scoreRow("balanced_accuracy", m_confusion.balancedAccuracy()),
                        scoreRow("macro_f1", m_confusion.macroF1()),
                        scoreRow("weighted_f1", m_confusion.weightedF1()),
                        scoreRow("kappa", m_confusion.kappa())};
    if (const double total = m_confusion.total(); m_classes > kFewClasses)
        table.push_back(scoreRow("top3_accuracy", total > 0 ? m_inTop / total : kUnknown));
    return table;
}

nlohmann::json MultiClassTally::state() const
{
    nlohmann::json json = {{"classes", m_classes},      {"confusion", m_confusion.state()},
                           {"loss", m_loss.sum},        {"unknown-loss", m_loss.unknown},
                           {"top", countJson(m_inTop)}, {"ranks", m_ranks.state()}};
    if (m_loss.weighted != 0)
        json["weighted-loss"] = m_loss.weighted;
    return json;
}

void MultiClassTally::restore(const nlohmann::json& state)
{
    if (state.at("classes").get<int>() != m_classes)
        throw std::out_of_range("scores of another number of classes");
    m_confusion.restore(state.at("confusion"));
    m_loss = {state.at("loss").get<std::int64_t>(), state.value("weighted-loss", 0.0),
              state.at("unknown-loss").get<std::int64_t>()};
    m_inTop = state.at("top").get<double>();
    m_ranks.restore(state.at("ranks"));
}

} // namespace millrace
