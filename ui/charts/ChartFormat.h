// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace millrace
{

/// What the values of an axis are.
enum class ChartFormat { Number, Percent, Count };

/// A value of a curve as a person reads it; "–" where there is none.
QString chartValueText(double value, ChartFormat format);

} // namespace millrace
