// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/ChartFormat.h"

#include <QString>

namespace millrace
{

class ChartLines;

/// "loss: 0.4312, falling; validation: 0.4500, rising; 12,800 records": of each named line that is shown its newest
/// value, and where it goes. For tellWhenAsked().
QString newestOf(const ChartLines& lines, ChartFormat format, const QString& xName);

} // namespace millrace
