// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeyEvent>
#include <QPushButton>
#include <QToolButton>

namespace millrace
{

/// Of the application: Return and Enter press the button that has the focus, as the space bar does.
class EnterPresses : public QObject
{
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() != QEvent::KeyPress)
            return false;
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isButton =
            qobject_cast<QPushButton*>(watched) != nullptr || qobject_cast<QToolButton*>(watched) != nullptr;
        if (!isButton || (key->key() != Qt::Key_Return && key->key() != Qt::Key_Enter) || key->isAutoRepeat())
            return false;
        static_cast<QAbstractButton*>(watched)->click();
        return true;
    }
};

} // namespace millrace
