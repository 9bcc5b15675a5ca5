// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEvent>
#include <QWidget>

namespace millrace
{

/// The second click of a double click does nothing: where a button takes another's place, or another meaning, it would
/// at once undo what the first one has done.
class NoDoubleClick : public QObject
{
public:
    static void on(QWidget* button) { button->installEventFilter(new NoDoubleClick(button)); }

protected:
    bool eventFilter(QObject* /*watched*/, QEvent* event) override
    {
        return event->type() == QEvent::MouseButtonDblClick;
    }

private:
    using QObject::QObject;
};

} // namespace millrace
