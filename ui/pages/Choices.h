// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <QStringList>

class QComboBox;

namespace millrace
{

/// What forms offer to choose from. The lists are made inside Session::call().
QStringList runsWithModel(const RunCatalog& catalog);
QStringList userTopics(const Result<std::shared_ptr<Admin>>& admin);
/// New items for an editable choice; what is written in it stays, and an empty one takes the first.
void setItems(QComboBox* field, const QStringList& items);
/// "testcg" → "testcg-2", "testcg-2" → "testcg-3"; a group's offsets are not ours to forget.
QString nextGroup(const QString& group, const QString& otherwise);

} // namespace millrace
