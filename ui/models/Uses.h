// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <functional>

namespace millrace
{

class Session;

/// The titles of live jobs that read the topic or write to it, whose work would be disturbed without it.
QStringList jobsThatUse(const Session& session, const QString& topic);
/// Those of live jobs that need the session's broker.
QStringList jobsAtTheBroker(const Session& session);
/// For Session::call(): live runs of other processes on this home that use the topic; any, of an empty one.
std::function<QStringList()> othersWork(const Session& session, const QString& topic);

} // namespace millrace
