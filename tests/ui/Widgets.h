// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QTest>
#include <QWidget>

namespace millrace
{

/// The widget of that name; ends the test program when there is none, since no later step can stand.
template <class Widget>
Widget* widgetIn(const QWidget& parent, const char* name)
{
    auto* widget = parent.findChild<Widget*>(name);
    if (widget == nullptr)
        qFatal("no widget %s", name);
    return widget;
}

/// A real click on a button that a user could click.
inline void clickIn(const QWidget& parent, const char* name)
{
    auto* button = widgetIn<QPushButton>(parent, name);
    QVERIFY2(button->isEnabled() && button->isVisible(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

} // namespace millrace
