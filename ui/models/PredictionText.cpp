// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/PredictionText.h"

#include "models/TableText.h"
#include "models/Values.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <numeric>

namespace millrace
{

namespace
{

constexpr std::size_t kLikeliest = 5;

QString likeliestClasses(const Task& task, const std::vector<double>& probabilities)
{
    std::vector<std::size_t> order(probabilities.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return probabilities[i]; });
    order.resize(std::min(order.size(), kLikeliest));
    QStringList parts;
    for (const std::size_t index : order)
        parts << QCoreApplication::translate("PredictionText", "%1: %2", "a class and its probability")
                     .arg(QString::fromStdString(classTitle(task, static_cast<int>(index))),
                          fixedText(probabilities[index], 4));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

QString predictionName(const Task& task, const PredictionValue& value)
{
    if (task.kind != TaskKind::Regression)
        return tableSentence(value.name);
    const auto target = std::ranges::find(task.targets, value.name, &Target::name);
    const QString name = QString::fromStdString(value.name);
    return target == task.targets.end() || target->unit.empty()
               ? name
               : QStringLiteral("%1 [%2]").arg(name, QString::fromStdString(target->unit));
}

QString predictionNumber(const Task& task, const PredictionValue& value, double number)
{
    if (value.isClass)
        return QString::fromStdString(classTitle(task, static_cast<int>(number)));
    return task.kind == TaskKind::Regression ? shortText(number) : fixedText(number, 4);
}

QString predictionSummary(const Task& task, std::span<const float> outputs)
{
    if (const auto probabilities = probabilitiesOf(task, outputs); !probabilities.empty())
        return likeliestClasses(task, probabilities);
    const std::vector<double> numbers = predictionOf(task, outputs);
    const std::vector<PredictionValue> values = predictionValues(task);
    QStringList parts;
    for (std::size_t i = 0; i < values.size() && i < numbers.size(); ++i)
        parts << QCoreApplication::translate("PredictionText", "%1: %2", "a target and its value")
                     .arg(predictionName(task, values[i]), predictionNumber(task, values[i], numbers[i]));
    return parts.join(QStringLiteral(" · "));
}

} // namespace millrace
