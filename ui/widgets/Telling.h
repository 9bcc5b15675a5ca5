// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QString>
#include <functional>

class QWidget;

namespace millrace
{

/// For what is painted: a screen reader gets the widget with this role, and is told what is so when it asks. Nothing is
/// made while nobody asks. A description that the widget was given comes after it. To be called before anything else is
/// told of the widget: what a screen reader has got once it keeps.
void tellWhenAsked(QWidget& widget, QAccessible::Role role, std::function<QString()> tell);

/// The accessible name of a field, and of the line in it that is written into.
void setFieldName(QWidget& field, const QString& name);

} // namespace millrace
