// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>

class QApplication;

namespace millrace
{

/// What a fact of the window says of itself, by its colour.
enum class Tone { Neutral, Ok, Warning, Error };

/// The colours of the window, light or dark; the only place that knows them. Curves keep theirs everywhere. Texts have
/// a contrast of 4.5 : 1 and more to what they stand on, borders of fields and disabled texts of 3 : 1 (tst_contrast).
struct Theme {
    bool dark = false;
    QColor background, card, line, border, text, dim, disabled, accent, accentHover, accentSoft, onAccent, ok, warn,
        error;
    QColor loss, accuracy, lag, validation, grid, best;

    [[nodiscard]] QColor of(Tone tone) const;
    /// Okabe and Ito 2008, "Color Universal Design": seven that everybody tells apart. Beyond these they come again.
    [[nodiscard]] static QColor ofClass(std::size_t index);
    static const Theme& current();
};

/// Applies font (Noto Sans, else DejaVu Sans), palette and style sheet. mode: "light", "dark" or "system".
void applyTheme(QApplication& application, const QString& mode);

} // namespace millrace
