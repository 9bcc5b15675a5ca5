// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/Fields.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontDatabase>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>

namespace millrace
{

namespace
{

void prepareNumber(QAbstractSpinBox* field, const QString& objectName)
{
    field->setObjectName(objectName);
    field->setLocale(QLocale(QLocale::English, QLocale::UnitedStates));
    field->setAlignment(Qt::AlignRight);
    field->setButtonSymbols(QAbstractSpinBox::NoButtons);
    field->setGroupSeparatorShown(true);
    field->setKeyboardTracking(false);
}

} // namespace

QSpinBox* countField(const QString& objectName, int minimum, int maximum, int value)
{
    auto* field = new QSpinBox;
    prepareNumber(field, objectName);
    field->setRange(minimum, maximum);
    field->setValue(value);
    return field;
}

QDoubleSpinBox* numberField(const QString& objectName, double minimum, double maximum, double value, int decimals)
{
    auto* field = new QDoubleSpinBox;
    prepareNumber(field, objectName);
    field->setDecimals(decimals);
    field->setRange(minimum, maximum);
    field->setValue(value);
    return field;
}

QLineEdit* textField(const QString& objectName, const QString& text)
{
    auto* field = new QLineEdit(text);
    field->setObjectName(objectName);
    return field;
}

QComboBox* choiceField(const QString& objectName)
{
    auto* field = new QComboBox;
    field->setObjectName(objectName);
    return field;
}

QComboBox* editableChoice(const QString& objectName, const QStringList& items, const QString& toolTip)
{
    auto* field = choiceField(objectName);
    field->setEditable(true);
    field->setInsertPolicy(QComboBox::NoInsert);
    field->addItems(items);
    field->setToolTip(toolTip);
    return field;
}

QPlainTextEdit* codeView(const QString& objectName)
{
    auto* view = new QPlainTextEdit;
    view->setObjectName(objectName);
    view->setReadOnly(true);
    view->setLineWrapMode(QPlainTextEdit::NoWrap);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(12);
    view->setFont(font);
    return view;
}

} // namespace millrace
