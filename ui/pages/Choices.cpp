// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/Choices.h"

#include <QComboBox>
#include <QRegularExpression>
#include <QSignalBlocker>

namespace millrace
{

QStringList runsWithModel(const RunCatalog& catalog)
{
    QStringList names;
    for (const RunInfo& run : catalog.list())
        if (run.hasModel)
            names << QString::fromStdString(run.folder);
    return names;
}

QStringList userTopics(const Result<std::shared_ptr<Admin>>& admin)
{
    QStringList names;
    if (!admin)
        return names;
    if (const auto cluster = (*admin)->cluster())
        for (const TopicInfo& topic : cluster->topics)
            if (!topic.internal)
                names << QString::fromStdString(topic.name);
    return names;
}

void setItems(QComboBox* field, const QStringList& items)
{
    const QString current = field->currentText();
    const QSignalBlocker quiet(field);
    field->clear();
    field->addItems(items);
    field->setCurrentText(current.isEmpty() ? items.value(0) : current);
}

QString nextGroup(const QString& group, const QString& otherwise)
{
    static const QRegularExpression numbered("^(.*)-(\\d+)$");
    const auto match = numbered.match(group);
    if (match.hasMatch())
        return QString("%1-%2").arg(match.captured(1)).arg(match.captured(2).toLongLong() + 1);
    return (group.isEmpty() ? otherwise : group) + "-2";
}

} // namespace millrace
