// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace millrace
{

/// Form fields as the pages use them: numbers right-aligned with thousands separators in every locale, and no arrows.
QSpinBox* countField(const QString& objectName, int minimum, int maximum, int value);
QDoubleSpinBox* numberField(const QString& objectName, double minimum, double maximum, double value, int decimals);
QLineEdit* textField(const QString& objectName, const QString& text = {});
QComboBox* choiceField(const QString& objectName);
/// A choice that takes other text too.
QComboBox* editableChoice(const QString& objectName, const QStringList& items, const QString& toolTip);
/// Read-only text in a fixed-width font that can be selected and copied.
QPlainTextEdit* codeView(const QString& objectName);

} // namespace millrace
