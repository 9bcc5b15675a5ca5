// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ReadingForm.h"

#include "models/TableText.h"
#include "models/Values.h"
#include "session/Sections.h"
#include "widgets/Fields.h"
#include "widgets/Telling.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kReadingFieldWidth = 180; ///< of the longest name of an encoding
constexpr int kLinesHeight = 76;        ///< three lines and a scroll bar
constexpr auto kFoundByLooking = "auto";

QComboBox* readingField(const SectionKey& key)
{
    QStringList offered;
    for (const std::string& value : key.choices.empty() ? key.offered : key.choices)
        offered << QString::fromStdString(value);
    QComboBox* combo = editableChoice(QStringLiteral("reading%1Combo").arg(QString::fromStdString(key.label)), offered,
                                      tableSentence(key.help));
    combo->setEditable(key.choices.empty());
    setFieldName(*combo, tableText(key.label));
    combo->setFixedWidth(kReadingFieldWidth);
    return combo;
}

/// The header's line is a number, no comment is null: as the key's value would be written.
QString foundText(const nlohmann::json& reading, const std::string& key)
{
    const QVariant found = jsonValue(reading, key);
    if (found.isValid())
        return found.toString();
    return key == "header" ? QStringLiteral("no") : QStringLiteral("none");
}

} // namespace

ReadingForm::ReadingForm(QWidget* parent)
    : Card(tr("How the file is read"), parent), m_linesTitle(styledLabel(tr("First lines of the file"), "dim")),
      m_lines(codeView(QStringLiteral("readingLines")))
{
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    content()->addLayout(grid);
    for (const SectionKey& key : readingKeys()) {
        QComboBox* combo = readingField(key);
        QLabel* name = styledLabel(tableText(key.label), "dim");
        name->setBuddy(combo);
        const int row = grid->rowCount();
        grid->addWidget(name, row, 0);
        grid->addWidget(combo, row, 1, Qt::AlignRight);
        m_fields[key.name].combo = combo;
        connect(combo, &QComboBox::activated, this, [this, id = key.name] { choose(id); });
        if (combo->lineEdit())
            connect(combo->lineEdit(), &QLineEdit::editingFinished, this, [this, id = key.name] { choose(id); });
    }
    m_linesTitle->setBuddy(m_lines);
    content()->addWidget(m_linesTitle);
    m_lines->setFixedHeight(kLinesHeight);
    m_lines->setToolTip(tr("As they stand in the file, in its encoding. Where the letters are wrong, choose another "
                           "encoding; the rows that are made from it are below"));
    content()->addWidget(m_lines);
}

void ReadingForm::showReading(const nlohmann::json& section, const nlohmann::json& reading)
{
    for (auto& [key, field] : m_fields) {
        static_cast<void>(askedFor(section, key));
        field.shown = foundText(reading, key);
        field.combo->setCurrentText(field.shown);
        field.combo->setEnabled(key == "encoding" || jsonText(reading, "form") != "json"); // which has none of the rest
    }
    QStringList lines;
    for (const nlohmann::json& line : jsonChild(reading, "first_lines")) {
        if (line.is_string())
            lines << QString::fromStdString(line.get<std::string>());
    }
    m_lines->setPlainText(lines.join('\n'));
    m_linesTitle->show();
    m_lines->show();
}

void ReadingForm::showUnread(const nlohmann::json& section)
{
    for (auto& [key, field] : m_fields) {
        field.shown = askedFor(section, key);
        field.combo->setCurrentText(field.shown);
    }
    m_linesTitle->hide();
    m_lines->hide();
}

/// Another than this form may have asked: the command line's words in an experiment, or a job of before.
QString ReadingForm::askedFor(const nlohmann::json& section, const std::string& key)
{
    QString asked = jsonText(section, key, QString::fromLatin1(kFoundByLooking));
    if (asked != QLatin1String(kFoundByLooking))
        m_chosen[key] = asked.toStdString();
    return asked;
}

void ReadingForm::forget()
{
    m_chosen = nlohmann::json::object();
}

void ReadingForm::choose(const std::string& key)
{
    Field& field = m_fields[key];
    const QString value = field.combo->currentText();
    if (value == field.shown)
        return;
    field.shown = value;
    if (value.isEmpty() || value == QLatin1String(kFoundByLooking))
        m_chosen.erase(key);
    else
        m_chosen[key] = value.toStdString();
    emit changed();
}

} // namespace millrace
