// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace millrace
{

/// Asks where a chart is to be saved: as a picture (PNG, SVG) or as a table (CSV). Empty when nowhere.
QString askForChartFile(QWidget* parent, const QString& title, const QString& suggestion);
/// With an ending of these: the name's own, else that of a file dialog's filter, "PNG picture (*.png)".
QString chartFileName(const QString& file, const QString& filter = {});

} // namespace millrace
