// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace millrace
{

struct Theme;

/// The application's style sheet in a theme's colours. Labels take a look by their property "role": "dim", "small"
/// (dim, 12 px), "heading" (a card's), "caps" (a form's section), "link", "ok", "warn", "error".
QString styleSheet(const Theme& theme);

} // namespace millrace
