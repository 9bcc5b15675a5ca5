// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/SectionForm.h"

#include "base/Text.h"
#include "widgets/Fields.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <limits>

namespace millrace
{

namespace
{

using Type = SectionKey::Type;

QString translated(const std::string& text)
{
    return QCoreApplication::translate("Sections", text.c_str());
}

/// "on-error" → "OnError".
QString inCamelCase(const std::string& name)
{
    QString whole;
    for (const QString& word : QString::fromStdString(name).split('-'))
        whole += word.left(1).toUpper() + word.mid(1);
    return whole;
}

QString asSentence(const std::string& help)
{
    const QString text = translated(help);
    return text.left(1).toUpper() + text.mid(1);
}

QStringList itemsOf(const std::vector<std::string>& values)
{
    QStringList items;
    for (const std::string& value : values)
        items << QString::fromStdString(value);
    return items;
}

int withinInt(double number)
{
    constexpr auto kLeast = double{std::numeric_limits<int>::min() + 1},
                   kMost = double{std::numeric_limits<int>::max()};
    return static_cast<int>(std::clamp(number, kLeast, kMost));
}

/// A number without a default shows "–", which stands below its range.
QSpinBox* integerField(const QString& name, const SectionKey& key)
{
    const bool optional = key.defaultValue.is_null();
    const int minimum = withinInt(optional ? key.minimum - 1 : key.minimum);
    auto* field = countField(name, minimum, withinInt(key.maximum), minimum);
    if (optional)
        field->setSpecialValueText(QStringLiteral("–"));
    else
        field->setValue(withinInt(key.defaultValue.get<double>()));
    return field;
}

/// Of a text or a number; empty of anything else.
QString shownText(const nlohmann::json& value)
{
    if (value.is_string())
        return QString::fromStdString(value.get<std::string>());
    return value.is_number() ? QLocale::c().toString(value.get<double>(), 'g', QLocale::FloatingPointShortest)
                             : QString();
}

QString textOf(const QWidget* widget)
{
    if (const auto* choice = qobject_cast<const QComboBox*>(widget))
        return choice->currentText().trimmed();
    const auto* line = qobject_cast<const QLineEdit*>(widget);
    return line ? line->text().trimmed() : QString();
}

void setTextOf(QWidget* widget, const QString& text)
{
    if (auto* choice = qobject_cast<QComboBox*>(widget))
        choice->setCurrentText(text);
    else if (auto* line = qobject_cast<QLineEdit*>(widget))
        line->setText(text);
}

/// Null where the field says nothing.
nlohmann::json valueOf(const SectionKey& key, const QWidget* widget)
{
    if (const auto* number = qobject_cast<const QSpinBox*>(widget))
        return key.defaultValue.is_null() && number->value() == number->minimum() ? nlohmann::json()
                                                                                  : nlohmann::json(number->value());
    if (const auto* flag = qobject_cast<const QCheckBox*>(widget))
        return flag->isChecked();
    const std::string text = textOf(widget).toStdString();
    if (text.empty())
        return {};
    if (key.type == Type::Number) // what is no number is told by who checks the section
        if (const auto number = parseNumber(text))
            return *number;
    return text;
}

void setValueOf(const nlohmann::json& value, QWidget* widget)
{
    if (auto* number = qobject_cast<QSpinBox*>(widget)) {
        if (value.is_number())
            number->setValue(withinInt(value.get<double>()));
    } else if (auto* flag = qobject_cast<QCheckBox*>(widget)) {
        flag->setChecked(value == true);
    } else {
        setTextOf(widget, shownText(value));
    }
}

} // namespace

SectionForm::SectionForm(const std::string& section, const std::vector<std::string>& offered, QWidget* parent)
    : FormPanel(parent), m_section(QString::fromStdString(section))
{
    setObjectName(m_section + "Form");
    const Section& table = *findSection(section);
    std::vector<std::string> groups;
    for (const SectionKey& key : table.keys)
        if (!key.group.empty() && std::ranges::find(groups, key.group) == groups.end())
            groups.push_back(key.group);
    for (const std::string& group : groups) {
        addHeading(translated(group));
        for (const SectionKey& key : table.keys)
            if (key.group == group)
                addKey(key, std::ranges::find(offered, key.name) != offered.end());
    }
}

void SectionForm::addKey(const SectionKey& key, bool offered)
{
    QWidget* widget = makeField(key, offered);
    widget->setToolTip(asSentence(key.help));
    if (key.label.empty()) {
        widget->setAccessibleName(translated(key.group));
        addWide(widget);
    } else {
        addField(translated(key.label), widget);
    }
    m_fields.push_back({&key, widget});
}

QWidget* SectionForm::makeField(const SectionKey& key, bool offered)
{
    const QString name = m_section + inCamelCase(key.name) + "Field";
    const QString id = QString::fromStdString(key.name);
    if (key.type == Type::Integer)
        return integerField(name, key);
    if (key.type == Type::Flag) {
        auto* flag = new QCheckBox;
        flag->setObjectName(name);
        return flag;
    }
    if (!key.choices.empty()) {
        auto* choice = choiceField(name);
        choice->addItems(itemsOf(key.choices));
        choice->setCurrentText(shownText(key.defaultValue));
        return choice;
    }
    if (offered || !key.offered.empty()) {
        auto* choice = editableChoice(name, itemsOf(key.offered), {});
        choice->setCurrentText(shownText(key.defaultValue));
        connect(choice, &QComboBox::currentTextChanged, this, [this, id] { emit changed(id); });
        return choice;
    }
    auto* line = textField(name, key.type == Type::Text ? shownText(key.defaultValue) : QString());
    if (key.type == Type::Number)
        line->setPlaceholderText(shownText(key.defaultValue));
    connect(line, &QLineEdit::textChanged, this, [this, id] { emit changed(id); });
    connect(line, &QLineEdit::returnPressed, this, &SectionForm::submitted);
    return line;
}

nlohmann::json SectionForm::section() const
{
    nlohmann::json section = nlohmann::json::object();
    for (const Field& field : m_fields)
        if (nlohmann::json value = valueOf(*field.key, field.widget);
            !value.is_null() && value != field.key->defaultValue)
            section[field.key->name] = std::move(value);
    return section;
}

void SectionForm::load(const nlohmann::json& section)
{
    for (const Field& field : m_fields)
        if (section.contains(field.key->name) && !section[field.key->name].is_null())
            setValueOf(section[field.key->name], field.widget);
}

QWidget* SectionForm::widgetOf(const std::string& key) const
{
    const auto found = std::ranges::find_if(m_fields, [&key](const Field& field) { return field.key->name == key; });
    return found == m_fields.end() ? nullptr : found->widget;
}

QString SectionForm::text(const std::string& key) const
{
    return textOf(widgetOf(key));
}

void SectionForm::setText(const std::string& key, const QString& text)
{
    setTextOf(widgetOf(key), text);
}

void SectionForm::offer(const std::string& key, const QStringList& items)
{
    auto* choice = qobject_cast<QComboBox*>(widgetOf(key));
    if (choice == nullptr)
        return;
    const QString written = choice->currentText();
    const QSignalBlocker quiet(choice);
    choice->clear();
    choice->addItems(items);
    choice->setCurrentText(written);
}

void SectionForm::setEditable(bool editable)
{
    for (const Field& field : m_fields)
        field.widget->setEnabled(editable);
}

} // namespace millrace
