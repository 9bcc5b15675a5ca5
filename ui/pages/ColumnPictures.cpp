// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ColumnPictures.h"

#include "data/Schema.h"
#include "models/Values.h"

namespace millrace
{

namespace
{

std::vector<double> numbersIn(const nlohmann::json& list)
{
    std::vector<double> numbers;
    for (const nlohmann::json& number : list)
        numbers.push_back(number.is_number() ? number.get<double>() : 0);
    return numbers;
}

std::optional<ColumnPicture::Spread> spreadIn(const nlohmann::json& target)
{
    if (!target.is_object())
        return std::nullopt;
    const auto number = [&target](const char* key) { return jsonValue(target, key).toDouble(); };
    return ColumnPicture::Spread{number("lower"), number("median"), number("upper"), number("mean")};
}

QString shareOf(double part, double whole)
{
    return percentText(whole > 0 ? part / whole : QVariant());
}

} // namespace

ColumnPictures::ColumnPictures(const Schema& schema, const nlohmann::json& result)
    : m_result(result), m_isRegression(schema.labelColumn() >= 0 && schema.task == TaskKind::Regression),
      m_isLabelled(schema.labelColumn() >= 0)
{
    for (const nlohmann::json& note : jsonChild(result, "notes"))
        m_notes[jsonText(note, "column")] << jsonText(note, "text");
    if (!m_isLabelled)
        return;
    m_label = QString::fromStdString(schema.columns[static_cast<std::size_t>(schema.labelColumn())].name);
    if (m_isRegression)
        return;
    const nlohmann::json& drawn = jsonChild(result, "drawn_classes");
    for (const nlohmann::json& index : drawn) {
        const bool one = index.is_number_integer() && index.get<int>() >= 0;
        m_classes.push_back(one ? QString::fromStdString(schema.className(index.get<int>()))
                                : tr("%1 others").arg(classCount(taskOf(schema)) - m_colours));
        m_colours += one ? 1 : 0;
    }
}

QString ColumnPictures::typeOf(const nlohmann::json& column)
{
    return jsonChild(column, "dates").empty() ? jsonText(column, "type") : QStringLiteral("date");
}

QString ColumnPictures::warningsOf(const nlohmann::json& column) const
{
    QStringList lines = notesOf(column);
    if (const QString question = jsonText(jsonChild(column, "plan"), "question"); !question.isEmpty())
        lines << question;
    return lines.join('\n');
}

QStringList ColumnPictures::notesOf(const nlohmann::json& column) const
{
    return m_notes.value(jsonText(column, "name"));
}

ColumnPicture ColumnPictures::of(const nlohmann::json& column) const
{
    ColumnPicture picture;
    const QString role = jsonText(column, "role");
    const nlohmann::json& dates = jsonChild(column, "dates");
    if (jsonFlag(column, "private"))
        picture.word = tr("private");
    else if (role == QLatin1String("label") && !m_isRegression)
        picture = ofClasses();
    else if (!dates.empty())
        drawHistogram(jsonChild(dates, "histogram"), jsonText(dates, "from"), jsonText(dates, "to"), picture);
    else if (!jsonChild(column, "targets").empty())
        drawTargets(column, picture);
    else if (!jsonChild(column, "levels").empty())
        drawLevels(column, picture);
    else if (!jsonChild(column, "histogram").empty())
        drawHistogram(jsonChild(column, "histogram"), shortText(jsonValue(column, "histogram_from")),
                      shortText(jsonValue(column, "histogram_to")), picture);
    const QString warnings = warningsOf(column);
    picture.isWarned = !warnings.isEmpty();
    if (picture.isWarned)
        picture.hint += (picture.hint.isEmpty() ? QString() : QStringLiteral("\n")) + QStringLiteral("◆ ") + warnings;
    return picture;
}

/// The label's own: a bar a class.
ColumnPicture ColumnPictures::ofClasses() const
{
    ColumnPicture picture;
    const std::vector<double> counts = numbersIn(jsonChild(m_result, "class_counts"));
    const nlohmann::json& drawn = jsonChild(m_result, "drawn_classes");
    double others = 0, all = 0;
    for (const double count : counts)
        all += count;
    others = all;
    picture.kind = ColumnPicture::Kind::Levels;
    picture.colours = m_colours;
    for (std::size_t i = 0; i < m_classes.size(); ++i) {
        const auto index = drawn[i].get<int>();
        const double rows = index >= 0 ? counts.at(static_cast<std::size_t>(index)) : others;
        others -= rows;
        picture.counts.emplace_back(m_classes.size(), 0.0).at(i) = rows;
        picture.hint += (i > 0 ? "\n" : "") + m_classes[i] + ": " + countText(rows) + " · " + shareOf(rows, all);
    }
    return picture;
}

void ColumnPictures::drawHistogram(const nlohmann::json& histogram, const QString& from, const QString& to,
                                   ColumnPicture& picture) const
{
    picture.kind = ColumnPicture::Kind::Histogram;
    picture.colours = m_colours;
    for (const nlohmann::json& counts : histogram)
        picture.counts.push_back(numbersIn(counts));
    picture.hint = tr("From %1 to %2").arg(from, to);
    if (m_colours > 0)
        picture.hint += tr(", by class: %1").arg(QStringList(m_classes.begin(), m_classes.end()).join(", "));
}

void ColumnPictures::drawLevels(const nlohmann::json& column, ColumnPicture& picture) const
{
    const nlohmann::json& levels = jsonChild(column, "levels");
    picture.kind = m_isRegression ? ColumnPicture::Kind::Spreads : ColumnPicture::Kind::Levels;
    picture.colours = m_colours;
    picture.counts.resize(m_isRegression ? 0 : std::max<std::size_t>(m_classes.size(), 1));
    QStringList lines;
    for (const nlohmann::json& level : levels) {
        const auto rows = static_cast<double>(jsonCount(level, "rows"));
        QString line = jsonText(level, "text") + ": " + countText(rows);
        if (m_isRegression) {
            picture.spreads.push_back(spreadIn(jsonChild(level, "target")));
            line += tr(" · median of %1 %2").arg(m_label, shortText(jsonValue(jsonChild(level, "target"), "median")));
        } else {
            const std::vector<double> counts = numbersIn(jsonChild(level, "by_class"));
            for (std::size_t i = 0; i < picture.counts.size(); ++i)
                picture.counts[i].push_back(i < counts.size() ? counts[i] : 0);
            for (std::size_t i = 0; i < m_classes.size() && i < counts.size(); ++i)
                line += counts[i] > 0 ? " · " + m_classes[i] + ' ' + shareOf(counts[i], rows) : QString();
        }
        lines << line;
    }
    const qint64 more = jsonCount(column, "distinct") - static_cast<qint64>(levels.size());
    if (more > 0)
        lines << tr("%1 more levels: %2").arg(countText(more), countText(jsonCount(column, "other_rows")));
    picture.hint = lines.join('\n');
}

void ColumnPictures::drawTargets(const nlohmann::json& column, ColumnPicture& picture) const
{
    picture.kind = ColumnPicture::Kind::Spreads;
    for (const nlohmann::json& target : jsonChild(column, "targets"))
        picture.spreads.push_back(spreadIn(target));
    picture.hint = tr("%1 from %2 to %3, in bins of it: quartiles (bars), median (lines) and mean (dots) of %4")
                       .arg(jsonText(column, "name"), shortText(jsonValue(column, "histogram_from")),
                            shortText(jsonValue(column, "histogram_to")), m_label);
}

} // namespace millrace
