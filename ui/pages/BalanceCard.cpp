// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/BalanceCard.h"

#include "data/files/Classes.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "widgets/BinHistogram.h"
#include "widgets/ClassBars.h"

#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kTargetHeight = 96;
constexpr auto kAuto = "auto", kAsClasses = "classes", kAsNumbers = "regression"; ///< of the key "task"

std::vector<std::int64_t> countsIn(const nlohmann::json& result)
{
    std::vector<std::int64_t> counts;
    for (const nlohmann::json& count : jsonChild(result, "class_counts"))
        counts.push_back(count.is_number() ? count.get<std::int64_t>() : 0);
    return counts;
}

/// Those that are told apart by colours.
std::vector<int> drawnIn(const nlohmann::json& result)
{
    std::vector<int> drawn;
    for (const nlohmann::json& index : jsonChild(result, "drawn_classes"))
        if (index.is_number_integer() && index.get<int>() >= 0)
            drawn.push_back(index.get<int>());
    return drawn;
}

BinHistogram::Bins binsOf(const nlohmann::json& column)
{
    BinHistogram::Bins bins;
    const nlohmann::json& histograms = jsonChild(column, "histogram");
    for (const nlohmann::json& count : histograms.empty() ? histograms : histograms.front())
        bins.counts.push_back(count.is_number() ? count.get<std::int64_t>() : 0);
    bins.from = jsonValue(column, "histogram_from").toDouble();
    bins.to = jsonValue(column, "histogram_to").toDouble();
    return bins;
}

const nlohmann::json& labelColumnIn(const Schema& schema, const nlohmann::json& result)
{
    static const nlohmann::json kNone = nlohmann::json::object();
    const nlohmann::json& columns = jsonChild(result, "columns");
    const auto label = static_cast<std::size_t>(std::max(0, schema.labelColumn()));
    return schema.labelColumn() >= 0 && columns.is_array() && label < columns.size() ? columns[label] : kNone;
}

} // namespace

BalanceCard::BalanceCard(QWidget* parent)
    : Card(tr("Label"), parent), m_classes(new ClassBars), m_numbers(new BinHistogram), m_text(styledLabel({}, "dim")),
      m_note(styledLabel({}, "warn")), m_other(linkButton({}, QStringLiteral("dataTaskButton"))),
      m_positive(linkButton({}, QStringLiteral("dataPositiveButton")))
{
    m_classes->setObjectName(QStringLiteral("dataClassBars"));
    m_numbers->setObjectName(QStringLiteral("dataTargetHistogram"));
    m_numbers->setFixedHeight(kTargetHeight);
    m_text->setObjectName(QStringLiteral("dataBalanceText"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note->setObjectName(QStringLiteral("dataBalanceNote"));
    for (QLabel* label : {m_text, m_note})
        label->setWordWrap(true);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_classes), static_cast<QWidget*>(m_numbers)})
        content()->addWidget(widget);
    content()->addWidget(m_positive, 0, Qt::AlignLeft);
    content()->addWidget(m_other, 0, Qt::AlignLeft);
    content()->addWidget(m_note);
    connect(m_other, &QPushButton::clicked, this, [this] { emit taskWanted(m_wanted); });
    connect(m_positive, &QPushButton::clicked, this, [this] { emit schemaEdited(m_otherPositive); });
}

void BalanceCard::showSummary(const Schema& schema, const nlohmann::json& result, const QString& task)
{
    showLabel(schema, result, task);
    showSpread(schema, result);
    offerOther(schema, result, task);
    offerPositive(schema, result);
    showNotes(schema, result);
}

/// What it is, and why.
void BalanceCard::showLabel(const Schema& schema, const nlohmann::json& result, const QString& task)
{
    const int label = schema.labelColumn();
    setStyleProperty(m_text, "role", "dim");
    if (label < 0)
        return m_text->setText(tr("No label yet: click the role of the column that is to be learnt."));
    const QString name = shownName(schema.labelNames());
    const QString found = jsonText(jsonChild(result, "label"), "why");
    const QString why = task == QLatin1String(kAuto) ? found : tr("so it was chosen");
    const QString problem = jsonText(jsonChild(result, "problem"), "message");
    setStyleProperty(m_text, "role", problem.isEmpty() ? "dim" : "warn");
    if (!problem.isEmpty())
        m_text->setText(
            tr("◆ %1 cannot be learnt as it is: %2. Click the role of another column, or learn it otherwise.")
                .arg(name, problem));
    else if (found.isEmpty())
        m_text->setText(tr("%1 cannot be learnt as it is.").arg(name));
    else if (schema.task == TaskKind::Regression)
        m_text->setText(tr("The numbers of %1 are foretold (regression): %2.").arg(name, why));
    else
        m_text->setText(tr("%1 has %2 classes: %3.").arg(name, countText(classCount(taskOf(schema))), why));
}

void BalanceCard::showSpread(const Schema& schema, const nlohmann::json& result)
{
    const bool labelled = schema.labelColumn() >= 0 && !jsonChild(result, "label").empty();
    const bool numbers = labelled && schema.task == TaskKind::Regression;
    const std::vector<std::int64_t> counts = labelled && !numbers ? countsIn(result) : std::vector<std::int64_t>();
    std::vector<QString> names;
    for (std::size_t i = 0; i < counts.size(); ++i)
        names.push_back(shownName(schema.className(static_cast<int>(i))));
    m_classes->setCounts(names, counts, drawnIn(result));
    m_numbers->setVisible(numbers);
    if (numbers) {
        m_numbers->setBins(binsOf(labelColumnIn(schema, result)));
        m_numbers->setName(QString::fromStdString(schema.columns[static_cast<std::size_t>(schema.labelColumn())].name));
    }
}

/// Numbers can be learnt as what they are, or as names of classes.
void BalanceCard::offerOther(const Schema& schema, const nlohmann::json& result, const QString& task)
{
    const nlohmann::json& label = jsonChild(result, "label");
    const qint64 values = jsonCount(label, "values", std::numeric_limits<qint64>::max());
    const bool isRegression = schema.task == TaskKind::Regression;
    m_wanted.clear();
    if (schema.labelColumns().size() > 1)
        m_wanted.clear(); // numbers they are
    else if (jsonFlag(label, "numbers") && !isRegression)
        m_wanted = kAsNumbers;
    else if (jsonFlag(label, "numbers") && values <= static_cast<qint64>(kMostLabelClasses))
        m_wanted = kAsClasses;
    else if (label.empty() && schema.labelColumn() >= 0 && task != QLatin1String(kAuto))
        m_wanted = kAuto;
    m_other->setText(m_wanted == QLatin1String(kAsNumbers)   ? tr("Foretell the number instead")
                     : m_wanted == QLatin1String(kAsClasses) ? tr("Learn its values as classes instead")
                                                             : tr("Decide by its values"));
    m_other->setVisible(!m_wanted.isEmpty());
}

/// Which of two classes is looked for, and that it may be the other one; not of a set that names what 0 and 1 are.
void BalanceCard::offerPositive(const Schema& schema, const nlohmann::json& result)
{
    const bool isNumber = schema.labelColumn() >= 0 &&
                          schema.columns[static_cast<std::size_t>(schema.labelColumn())].type == ColumnType::Number;
    const std::vector<std::string> values = isNumber ? std::vector<std::string>{"0", "1"} : schema.classes;
    bool isOffered = schema.labelColumn() >= 0 && !jsonChild(result, "label").empty() &&
                     schema.task == TaskKind::Binary && values.size() == 2 && !values[0].empty() &&
                     !values[1].empty() && !(isNumber && !schema.classes.empty());
    m_otherPositive = schema;
    if (isOffered)
        isOffered = choosePositive(m_otherPositive, values[0]).has_value();
    m_positive->setVisible(isOffered);
    if (isOffered)
        m_positive->setText(withoutMnemonic(
            tr("%1 is the positive class: take %2 instead").arg(shownName(values[1]), shownName(values[0]))));
}

void BalanceCard::showNotes(const Schema& schema, const nlohmann::json& result)
{
    QStringList notes;
    const std::vector<std::int64_t> counts = countsIn(result);
    const auto there = std::ranges::count_if(counts, [](std::int64_t count) { return count > 0; });
    if (schema.labelColumn() >= 0 && !counts.empty() && there == 1)
        notes << tr("◆ One class only: nothing can be learnt from it.");
    if (jsonFlag(result, "sorted_by_class"))
        notes << tr("◆ The file is sorted by class; publishing shuffles the rows.");
    QStringList best;
    for (const ScoreRow& row : scoresIn(jsonChild(result, "best")))
        best << tr("%1 %2", "a score and its value").arg(scoreName(*row.kind), scoreText(row));
    if (!best.isEmpty())
        notes << tr("Best possible: %1").arg(best.join(QStringLiteral(" · ")));
    setStyleProperty(m_note, "role", notes.join(QString()).contains(QChar(0x25C6)) ? "warn" : "dim");
    m_note->setText(notes.join('\n'));
    m_note->setVisible(!notes.isEmpty());
}

void BalanceCard::restyle()
{
    m_classes->update();
    m_numbers->update();
}

} // namespace millrace
