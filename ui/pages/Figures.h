// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "models/Values.h"

#include <QStringList>
#include <QWidget>
#include <nlohmann/json_fwd.hpp>

namespace millrace
{

/// What is drawn of an evaluation, by the kind of its task.
class Figures : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// result: of the job "evaluate"; null while there is none, and all is empty then.
    virtual void showResult(const Task& task, const nlohmann::json& result) = 0;
    virtual void restyle() {}
};

/// By class: "signal", "class 1".
inline QStringList classTitles(const Task& task)
{
    QStringList titles;
    for (int i = 0; i < classCount(task); ++i)
        titles << shownName(classTitle(task, i));
    return titles;
}

} // namespace millrace
