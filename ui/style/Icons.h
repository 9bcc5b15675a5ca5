// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

namespace millrace
{

/// resources/icons/<key>.svg in the theme's colours: dim when off, accent when checked.
QIcon railIcon(const QString& key);

} // namespace millrace
