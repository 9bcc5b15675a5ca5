// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>

namespace millrace
{

/// Of the application: a wheel over a field scrolls the page and never changes the field, which nobody would notice.
class WheelGuard : public QObject
{
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        const bool isField =
            qobject_cast<QComboBox*>(watched) != nullptr || qobject_cast<QAbstractSpinBox*>(watched) != nullptr;
        if (event->type() != QEvent::Wheel || !isField)
            return false;
        event->ignore(); // for the page
        return true;
    }
};

} // namespace millrace
