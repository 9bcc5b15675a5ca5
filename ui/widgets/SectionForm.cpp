// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/SectionForm.h"

#include "base/Text.h"
#include "models/TableText.h"
#include "widgets/Fields.h"
#include "widgets/Telling.h"

#include <QCheckBox>
#include <QComboBox>
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

/// "on-error" → "OnError".
QString inCamelCase(const std::string& name)
{
    QString whole;
    for (const QString& word : QString::fromStdString(name).split('-'))
        whole += word.left(1).toUpper() + word.mid(1);
    return whole;
}

QStringList itemsOf(const std::vector<std::string>& values)
{
    QStringList items;
    for (const std::string& value : values)
        items << QString::fromStdString(value);
    return items;
}

/// The headings of a section's form, in order of their first key.
std::vector<std::string> groupsOf(const Section& section)
{
    std::vector<std::string> groups;
    for (const SectionKey& key : section.keys)
        if (!key.group.empty() && std::ranges::find(groups, key.group) == groups.end())
            groups.push_back(key.group);
    return groups;
}

int withinInt(double number)
{
    constexpr auto kLeast = double{std::numeric_limits<int>::min() + 1},
                   kMost = double{std::numeric_limits<int>::max()};
    return static_cast<int>(std::clamp(number, kLeast, kMost));
}

/// What a spin box can hold. Others are written as text: nothing is cut to fit.
bool fitsAnInt(const SectionKey& key)
{
    return key.minimum > std::numeric_limits<int>::min() && key.maximum <= std::numeric_limits<int>::max();
}

/// A number without a default shows what is done then, which stands below its range.
QSpinBox* integerField(const QString& name, const SectionKey& key)
{
    const bool optional = key.defaultValue.is_null();
    const int minimum = withinInt(optional ? key.minimum - 1 : key.minimum);
    auto* field = countField(name, minimum, withinInt(key.maximum), minimum);
    if (optional)
        field->setSpecialValueText(key.absent.empty() ? QStringLiteral("–") : tableText(key.absent));
    else
        field->setValue(withinInt(key.defaultValue.get<double>()));
    return field;
}

/// Of a text or a number; empty of anything else.
QString shownText(const nlohmann::json& value)
{
    if (value.is_string())
        return QString::fromStdString(value.get<std::string>());
    if (value.is_number_integer())
        return QString::fromStdString(dumpJson(value));
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
    if (auto* choice = qobject_cast<QComboBox*>(widget)) {
        choice->setCurrentText(text);
        if (!choice->isEditable() && choice->findText(text) < 0) // no value: the first
            choice->setCurrentIndex(0);
    } else if (auto* line = qobject_cast<QLineEdit*>(widget))
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
    if (key.type == Type::Object)
        return text == tableText(key.absent).toStdString() ? nlohmann::json() : nlohmann::json({{"kind", text}});
    // What is no number is told by who checks the section.
    if (const auto number = parseNumber(text); number && key.type == Type::Number)
        return *number;
    if (const auto number = parseInteger(text); number && key.type == Type::Integer)
        return *number;
    return text;
}

/// What the field shows where the section has nothing.
nlohmann::json defaultOf(const SectionKey& key)
{
    const bool isFirst = key.type == Type::Object && key.absent.empty();
    return isFirst ? nlohmann::json({{"kind", key.offered.front()}}) : key.defaultValue;
}

void setValueOf(const nlohmann::json& value, QWidget* widget)
{
    if (auto* number = qobject_cast<QSpinBox*>(widget)) {
        number->setValue(value.is_number() ? withinInt(value.get<double>()) : number->minimum());
    } else if (auto* flag = qobject_cast<QCheckBox*>(widget)) {
        flag->setChecked(value == true);
    } else {
        setTextOf(widget, shownText(value.is_object() ? value.value("kind", nlohmann::json()) : value));
    }
}

/// As a new form shows it: what a number is without one stands as placeholder.
void showDefault(const SectionKey& key, QWidget* widget)
{
    auto* line = qobject_cast<QLineEdit*>(widget);
    if (line != nullptr && key.type != Type::Text)
        line->clear();
    else
        setValueOf(defaultOf(key), widget);
}

} // namespace

QString fieldsAsMarkdown(const Section& section)
{
    QString text;
    for (const std::string& group : groupsOf(section)) {
        text += "\n**" + tableText(group) + "**\n\n";
        for (const SectionKey& key : section.keys)
            if (key.group == group)
                text += "- *" + tableText(key.label.empty() ? group : key.label) +
                        "*: " + tableText(key.help).toHtmlEscaped() + '\n';
    }
    return text;
}

SectionForm::SectionForm(const Section& section, const std::vector<std::string>& offered, QWidget* parent, Place place)
    : FormPanel(parent, place), m_section(QString::fromStdString(section.name))
{
    setObjectName(m_section + "Form");
    for (const std::string& group : groupsOf(section)) {
        addHeading(tableText(group));
        for (const SectionKey& key : section.keys)
            if (key.group == group)
                addKey(key, std::ranges::find(offered, key.name) != offered.end());
    }
    connect(this, &SectionForm::changed, this, &SectionForm::enable);
    enable();
}

void SectionForm::addKey(const SectionKey& key, bool offered)
{
    QWidget* widget = makeField(key, offered);
    widget->setToolTip(key.live ? tr("%1. Return applies it to the job that runs.").arg(tableSentence(key.help))
                                : tableSentence(key.help));
    key.label.empty() ? addWide(widget) : addField(tableText(key.label), widget);
    setFieldName(*widget, key.label.empty() ? tableText(key.group) // others may have the same label
                                            : tr("%1, %2").arg(tableText(key.group), tableText(key.label)));
    m_fields.push_back({&key, widget});
}

QWidget* SectionForm::makeField(const SectionKey& key, bool offered)
{
    const QString name = m_section + inCamelCase(key.name) + "Field";
    const auto tell = [this, id = QString::fromStdString(key.name)] { emit changed(id); };
    if (key.type == Type::Integer && fitsAnInt(key)) {
        auto* number = integerField(name, key);
        connect(number, &QSpinBox::valueChanged, this, tell);
        return number;
    }
    if (key.type == Type::Flag) {
        auto* flag = new QCheckBox;
        flag->setObjectName(name);
        connect(flag, &QCheckBox::toggled, this, tell);
        return flag;
    }
    if (!key.choices.empty() || key.type == Type::Object) {
        auto* choice = choiceField(name);
        if (key.type == Type::Object && !key.absent.empty()) // no kind at all
            choice->addItem(tableText(key.absent));
        choice->addItems(itemsOf(key.choices.empty() ? key.offered : key.choices));
        choice->setCurrentIndex(qMax(0, choice->findText(shownText(key.defaultValue))));
        connect(choice, &QComboBox::currentTextChanged, this, tell);
        return choice;
    }
    return offered || !key.offered.empty() ? makeChoice(key, name) : makeText(key, name);
}

QWidget* SectionForm::makeChoice(const SectionKey& key, const QString& name)
{
    auto* choice = editableChoice(name, itemsOf(key.offered), {});
    choice->lineEdit()->setPlaceholderText(tableText(key.absent));
    choice->setCurrentText(shownText(key.defaultValue));
    const QString id = QString::fromStdString(key.name);
    connect(choice, &QComboBox::currentTextChanged, this, [this, id] { emit changed(id); });
    return choice;
}

QWidget* SectionForm::makeText(const SectionKey& key, const QString& name)
{
    const bool isText = key.type == Type::Text;
    auto* line = textField(name, isText ? shownText(key.defaultValue) : QString());
    if (!isText)
        line->setAlignment(Qt::AlignRight | Qt::AlignVCenter); // as numbers stand
    line->setPlaceholderText(key.absent.empty() ? shownText(key.defaultValue) : tableText(key.absent));
    const QString id = QString::fromStdString(key.name);
    connect(line, &QLineEdit::textChanged, this, [this, id] { emit changed(id); });
    connect(line, &QLineEdit::editingFinished, this, [this, id] { emit edited(id); });
    if (key.live)
        connect(line, &QLineEdit::returnPressed, this, [this, id, line] { emit entered(id, line->text().trimmed()); });
    else
        connect(line, &QLineEdit::returnPressed, this, &SectionForm::submitted);
    return line;
}

/// Alone, or with the key that it needs, and without the one that takes its place.
bool SectionForm::saysSomething(const SectionKey& key) const
{
    const QWidget* needed = key.needs.empty() ? nullptr : widgetOf(key.needs);
    const QWidget* other = key.unless.empty() ? nullptr : widgetOf(key.unless);
    return (needed == nullptr || !textOf(needed).isEmpty()) && (other == nullptr || textOf(other).isEmpty());
}

void SectionForm::enable()
{
    for (const Field& field : m_fields)
        field.widget->setEnabled((m_isEditable || field.key->live) && saysSomething(*field.key));
}

nlohmann::json SectionForm::section() const
{
    nlohmann::json section = m_rest;
    for (const Field& field : m_fields) {
        nlohmann::json value = saysSomething(*field.key) ? valueOf(*field.key, field.widget) : nlohmann::json();
        const auto kept = section.find(field.key->name); // of an object: the field holds its kind
        if (kept != section.end() && value.is_object() && kept->value("kind", value["kind"]) == value["kind"])
            kept->update(value);
        else if (!value.is_null() && (kept != section.end() || value != defaultOf(*field.key)))
            section[field.key->name] = std::move(value); // the parameters of another kind are not this one's
    }
    return section;
}

void SectionForm::setFirst(const std::string& key, const QString& text)
{
    setText(key, text);
    m_first[key] = text.toStdString();
}

QString SectionForm::first(const std::string& key) const
{
    return QString::fromStdString(m_first.value(key, std::string()));
}

void SectionForm::load(const nlohmann::json& given, Fill fill)
{
    const nlohmann::json& section = fill == Fill::Whole && given.empty() ? m_first : given;
    if (fill == Fill::Whole)
        m_rest = nlohmann::json::object();
    keep(section);
    for (const Field& field : m_fields) {
        const auto value = section.find(field.key->name);
        if (value == section.end() && fill == Fill::Given)
            continue;
        if (value == section.end() || value->is_null() || *value == defaultOf(*field.key))
            showDefault(*field.key, field.widget);
        else
            setValueOf(*value, field.widget);
    }
    enable();
}

/// What no field holds, or one holds in part.
void SectionForm::keep(const nlohmann::json& section)
{
    for (const auto& [key, value] : section.items())
        if (value.is_null())
            m_rest.erase(key);
        else if (widgetOf(key) == nullptr || value.is_object())
            m_rest[key] = value;
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
    m_isEditable = editable;
    enable();
}

} // namespace millrace
