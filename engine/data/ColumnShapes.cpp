// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/ColumnShapes.h"

#include "base/Text.h"
#include "data/Association.h"
#include "data/Cell.h"
#include "data/encoders/DateSpelling.h"
#include "data/encoders/NumberSketch.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace
{
namespace
{

constexpr std::size_t kShapedRows = 10'000, kLeastShapedRows = 1'000, kShapedCells = 10'000'000;
/// Texts of the sample that are kept, over all columns. Levels beyond count as others.
constexpr std::size_t kMostTextBytes = 64'000'000, kBytesOfLevel = 96;
constexpr double kDateShare = 0.99; ///< of the values, and 10 of them at least
constexpr double kLeastDates = 10;

std::size_t shapedRows(std::size_t columns)
{
    return std::clamp(kShapedCells / std::max<std::size_t>(columns, 1), kLeastShapedRows, kShapedRows);
}

int binOf(double value, double from, double to)
{
    const double width = to - from;
    const double place = width > 0 ? (value - from) * ColumnShape::kBins / width : 0;
    return static_cast<int>(std::clamp(place, 0.0, ColumnShape::kBins - 1.0));
}

TargetSpread spreadOf(std::vector<double> targets)
{
    TargetSpread spread;
    spread.rows = std::ssize(targets);
    if (targets.empty())
        return spread;
    std::ranges::sort(targets);
    spread.mean = std::accumulate(targets.begin(), targets.end(), 0.0) / static_cast<double>(targets.size());
    spread.lower = quantileOf(targets, 0.25);
    spread.median = quantileOf(targets, 0.5);
    spread.upper = quantileOf(targets, 0.75);
    return spread;
}

/// In milliseconds since 1970, of each level; nullopt where it is no date of this spelling.
std::vector<std::optional<std::int64_t>> timesOf(const std::vector<const std::string*>& levels,
                                                 const DateSpelling& spelling)
{
    std::vector<std::optional<std::int64_t>> times;
    times.reserve(levels.size());
    for (const std::string* level : levels)
        times.push_back(spelling.parse(*level));
    return times;
}

/// A quick look: of two levels neither is a date where the column is no dates.
bool mayBe(const DateSpelling& spelling, const std::vector<const std::string*>& levels)
{
    return spelling.parse(*levels.front()) || spelling.parse(*levels[levels.size() / 2]);
}

nlohmann::json spreadJson(const TargetSpread& spread)
{
    if (spread.rows == 0)
        return nullptr;
    return {{"rows", spread.rows},
            {"mean", spread.mean},
            {"lower", spread.lower},
            {"median", spread.median},
            {"upper", spread.upper}};
}

} // namespace

nlohmann::json toJson(const ColumnShape& shape)
{
    nlohmann::json levels = nlohmann::json::array(), targets = nlohmann::json::array();
    for (const LevelShape& level : shape.levels)
        levels.push_back({{"text", level.text},
                          {"rows", level.rows},
                          {"by_class", level.byClass},
                          {"target", spreadJson(level.target)}});
    for (const TargetSpread& spread : shape.targets)
        targets.push_back(spreadJson(spread));
    return {{"association", shape.association ? nlohmann::json(*shape.association) : nlohmann::json()},
            {"dates", shape.isDates ? nlohmann::json{{"from", isoDay(static_cast<std::int64_t>(shape.from))},
                                                     {"to", isoDay(static_cast<std::int64_t>(shape.to))},
                                                     {"histogram", shape.histogram}}
                                    : nlohmann::json()},
            {"levels", std::move(levels)},
            {"distinct", shape.distinct},
            {"other_rows", shape.otherRows},
            {"targets", std::move(targets)}};
}

DrawnClasses::DrawnClasses(const std::vector<std::int64_t>& counts) : m_places(counts.size())
{
    std::vector<int> order(std::max<std::size_t>(counts.size(), 1));
    std::iota(order.begin(), order.end(), 0);
    if (order.size() > kMost) {
        std::ranges::stable_sort(order, std::greater(), [&](int i) { return counts[static_cast<std::size_t>(i)]; });
        order.resize(kMost - 1);
        std::ranges::fill(m_places, kMost - 1);
    }
    for (std::size_t place = 0; place < order.size() && !counts.empty(); ++place)
        m_places[static_cast<std::size_t>(order[place])] = place;
    if (counts.size() > kMost)
        order.push_back(-1);
    m_classes = std::move(order);
}

std::size_t DrawnClasses::placeOf(int index) const
{
    return m_places.empty() ? 0 : m_places[static_cast<std::size_t>(index)];
}

ShapeSample::ShapeSample(const Schema& schema, std::vector<int> numberColumns)
    : m_numberColumns(std::move(numberColumns)), m_columns(schema.columns.size()),
      m_most(shapedRows(schema.columns.size())), m_label(schema.labelColumn()),
      m_regression(m_label >= 0 && schema.task == TaskKind::Regression)
{
    for (const int column : schema.featureColumns())
        if (schema.columns[static_cast<std::size_t>(column)].type == ColumnType::Text)
            m_texts.push_back({column, {}, {}, {}});
}

void ShapeSample::add(const CsvRow& row, std::span<const float> numbers, float label)
{
    m_numbers.insert(m_numbers.end(), numbers.begin(), numbers.end());
    m_labels.push_back(m_label < 0 ? 0 : label);
    for (Texts& texts : m_texts)
        addText(texts, row.fields[static_cast<std::size_t>(texts.column)]);
}

void ShapeSample::addText(Texts& texts, std::string_view text)
{
    const std::string_view level = trimmed(text);
    if (isMissing(level))
        return texts.rows.push_back(-1);
    auto found = texts.numbers.find(level);
    if (found == texts.numbers.end() && m_textBytes < kMostTextBytes) {
        m_textBytes += level.size() + kBytesOfLevel;
        found = texts.numbers.emplace(level, static_cast<int>(texts.levels.size())).first;
        texts.levels.push_back(&found->first); // a map's keys stay where they are
    }
    texts.rows.push_back(found == texts.numbers.end() ? -1 : found->second);
}

std::span<const float> ShapeSample::numbers(std::size_t row) const
{
    return std::span(m_numbers).subspan(row * m_numberColumns.size(), m_numberColumns.size());
}

std::vector<int> ShapeSample::classes() const
{
    std::vector<int> classes;
    for (const float label : m_labels)
        classes.push_back(static_cast<int>(label));
    return classes;
}

std::vector<float> ShapeSample::column(std::size_t number) const
{
    std::vector<float> values;
    values.reserve(rows());
    for (std::size_t i = number; i < m_numbers.size(); i += m_numberColumns.size())
        values.push_back(m_numbers[i]);
    return values;
}

std::vector<ColumnShape> ShapeSample::shapes(const DrawnClasses& drawn) const
{
    std::vector<ColumnShape> shapes(m_columns);
    for (std::size_t i = 0; i < m_numberColumns.size(); ++i)
        shapes[static_cast<std::size_t>(m_numberColumns[i])] = shapeOfNumbers(i);
    for (const Texts& texts : m_texts)
        shapes[static_cast<std::size_t>(texts.column)] = shapeOfTexts(texts, drawn);
    return shapes;
}

/// The targets by group; −1 is in none.
std::vector<TargetSpread> ShapeSample::spreads(const std::vector<int>& groups, std::size_t count) const
{
    std::vector<std::vector<double>> targets(count);
    for (std::size_t i = 0; i < groups.size(); ++i)
        if (groups[i] >= 0)
            targets[static_cast<std::size_t>(groups[i])].push_back(static_cast<double>(m_labels[i]));
    std::vector<TargetSpread> spreads;
    for (std::vector<double>& each : targets)
        spreads.push_back(spreadOf(std::move(each)));
    return spreads;
}

ColumnShape ShapeSample::shapeOfNumbers(std::size_t number) const
{
    ColumnShape shape;
    if (m_label < 0 || m_numberColumns[number] == m_label)
        return shape;
    const std::vector<float> values = column(number);
    shape.association = m_regression ? numbersWithTarget(values, m_labels) : numbersWithClasses(values, classes());
    if (!m_regression)
        return shape;
    NumberMoments moments;
    for (const float value : values)
        if (!std::isnan(value))
            moments.add(static_cast<double>(value));
    shape.from = moments.minimum;
    shape.to = moments.maximum;
    std::vector<int> bins;
    for (const float value : values)
        bins.push_back(std::isnan(value) ? -1 : binOf(static_cast<double>(value), shape.from, shape.to));
    shape.targets = spreads(bins, ColumnShape::kBins);
    return shape;
}

ColumnShape ShapeSample::shapeOfTexts(const Texts& texts, const DrawnClasses& drawn) const
{
    ColumnShape shape;
    shape.distinct = std::ssize(texts.levels);
    if (!drawDates(texts, drawn, shape))
        drawLevels(texts, drawn, shape);
    return shape;
}

/// Nothing where the values are no dates. What a date tells of the label is told by its time.
bool ShapeSample::drawDates(const Texts& texts, const DrawnClasses& drawn, ColumnShape& shape) const
{
    const auto there = static_cast<double>(std::ranges::count_if(texts.rows, [](int level) { return level >= 0; }));
    for (const DateSpelling& spelling : dateSpellings()) {
        if (!spelling.isRecognizable || there < kLeastDates || !mayBe(spelling, texts.levels))
            continue;
        const auto times = timesOf(texts.levels, spelling);
        NumberMoments moments;
        std::vector<float> values; // of days, which a float holds
        for (const int level : texts.rows) {
            const auto time = level < 0 ? std::nullopt : times[static_cast<std::size_t>(level)];
            values.push_back(time ? static_cast<float>(static_cast<double>(*time) / kMillisecondsPerDay) : NAN);
            if (time)
                moments.add(static_cast<double>(*time));
        }
        if (static_cast<double>(moments.count) < kDateShare * there)
            continue;
        shape.isDates = true;
        shape.from = moments.minimum;
        shape.to = moments.maximum;
        shape.histogram.resize(drawn.size());
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (std::isnan(values[row]))
                continue;
            const auto time = times[static_cast<std::size_t>(texts.rows[row])];
            const int bin = binOf(static_cast<double>(*time), shape.from, shape.to);
            ++shape.histogram[drawn.placeOf(classOf(row))][static_cast<std::size_t>(bin)];
        }
        if (m_label >= 0)
            shape.association =
                m_regression ? numbersWithTarget(values, m_labels) : numbersWithClasses(values, classes());
        return true;
    }
    return false;
}

void ShapeSample::drawLevels(const Texts& texts, const DrawnClasses& drawn, ColumnShape& shape) const
{
    std::vector<LevelShape> levels(texts.levels.size());
    for (std::size_t i = 0; i < levels.size(); ++i) {
        levels[i].text = *texts.levels[i];
        if (!m_regression)
            levels[i].byClass.resize(drawn.size());
    }
    for (std::size_t row = 0; row < texts.rows.size(); ++row) {
        if (texts.rows[row] < 0)
            continue;
        LevelShape& level = levels[static_cast<std::size_t>(texts.rows[row])];
        ++level.rows;
        if (!m_regression)
            ++level.byClass[drawn.placeOf(classOf(row))];
    }
    if (m_regression) {
        const std::vector<TargetSpread> targets = spreads(texts.rows, levels.size());
        for (std::size_t i = 0; i < levels.size(); ++i)
            levels[i].target = targets[i];
    }
    if (m_label >= 0)
        shape.association =
            m_regression ? levelsWithTarget(texts.rows, m_labels) : levelsWithClasses(texts.rows, classes());
    std::ranges::sort(levels, [](const LevelShape& left, const LevelShape& right) {
        return left.rows != right.rows ? left.rows > right.rows : left.text < right.text;
    });
    for (std::size_t i = ColumnShape::kMostLevels; i < levels.size(); ++i)
        shape.otherRows += levels[i].rows;
    levels.resize(std::min(levels.size(), ColumnShape::kMostLevels));
    shape.levels = std::move(levels);
}

} // namespace millrace
