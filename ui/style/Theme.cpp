// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/Theme.h"

#include "style/StyleSheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>
#include <array>

static void initialiseResources()
{
    Q_INIT_RESOURCE(millrace_resources);
}

namespace millrace
{

namespace
{

Theme lightTheme()
{
    Theme theme;
    theme.background = "#f5f6f8";
    theme.card = "#ffffff";
    theme.line = "#e1e4ea";
    theme.text = "#1d2430";
    theme.dim = "#667085";
    theme.accent = "#0e7c86";
    theme.accentSoft = "#e3f3f4";
    theme.onAccent = "#ffffff";
    theme.ok = "#1a7f4b";
    theme.warn = "#b35900";
    theme.error = "#b42318";
    theme.loss = "#0072b2";
    theme.accuracy = "#009e73";
    theme.lag = "#d55e00";
    theme.validation = "#7a5195";
    theme.grid = "#eceef2";
    theme.best = "#667085";
    return theme;
}

Theme darkTheme()
{
    Theme theme = lightTheme();
    theme.dark = true;
    theme.background = "#14171c";
    theme.card = "#1b1f26";
    theme.line = "#2b313b";
    theme.text = "#e6e9ef";
    theme.dim = "#98a2b3";
    theme.accent = "#38b2bd";
    theme.accentSoft = "#16333a";
    theme.ok = "#4cc38a";
    theme.warn = "#f0a04b";
    theme.error = "#f97066";
    theme.loss = "#4da3ff";
    theme.accuracy = "#3ecf9a";
    theme.lag = "#f28e54";
    theme.validation = "#b794d6";
    theme.grid = "#252a33";
    theme.best = "#98a2b3";
    return theme;
}

Theme& currentTheme()
{
    static Theme theme = lightTheme();
    return theme;
}

QPalette paletteOf(const Theme& theme)
{
    QPalette palette;
    palette.setColor(QPalette::Window, theme.background);
    palette.setColor(QPalette::WindowText, theme.text);
    palette.setColor(QPalette::Base, theme.card);
    palette.setColor(QPalette::AlternateBase, theme.background);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::PlaceholderText, theme.dim);
    palette.setColor(QPalette::Button, theme.card);
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::BrightText, theme.error);
    palette.setColor(QPalette::Highlight, theme.accentSoft);
    palette.setColor(QPalette::HighlightedText, theme.text);
    palette.setColor(QPalette::ToolTipBase, theme.card);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::LinkVisited, theme.accent);
    palette.setColor(QPalette::Light, theme.card);
    palette.setColor(QPalette::Mid, theme.line);
    palette.setColor(QPalette::Dark, theme.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.dim);
    return palette;
}

QFont windowFont()
{
    // Both have tabular default digits, so numbers that change do not dance.
    QFont font;
    const QStringList families = QFontDatabase::families();
    for (const char* family : {"Noto Sans", "DejaVu Sans"})
        if (families.contains(family)) {
            font.setFamily(family);
            break;
        }
    font.setPixelSize(13);
    return font;
}

bool systemIsDark(const QPalette& systemPalette)
{
    return systemPalette.color(QPalette::Window).lightness() < systemPalette.color(QPalette::WindowText).lightness();
}

} // namespace

QColor Theme::of(Tone tone) const
{
    switch (tone) {
    case Tone::Ok:
        return ok;
    case Tone::Warning:
        return warn;
    case Tone::Error:
        return error;
    case Tone::Neutral:
        break;
    }
    return dim;
}

QColor Theme::ofClass(std::size_t index)
{
    static constexpr std::array kOkabeIto = {0x56b4e9U, 0xe69f00U, 0x009e73U, 0xcc79a7U,
                                             0x0072b2U, 0xd55e00U, 0xf0e442U};
    return QColor::fromRgb(kOkabeIto.at(index % kOkabeIto.size()));
}

const Theme& Theme::current()
{
    return currentTheme();
}

void applyTheme(QApplication& application, const QString& mode)
{
    initialiseResources();
    // What the desktop asked for, before our own palette hides it.
    static const bool desktopIsDark = systemIsDark(application.palette());
    static bool prepared = false;
    if (!prepared) {
        application.setStyle(QStyleFactory::create("Fusion"));
        application.setFont(windowFont());
        prepared = true;
    }
    const bool dark = mode == "dark" || (mode != "light" && desktopIsDark);
    currentTheme() = dark ? darkTheme() : lightTheme();
    application.setPalette(paletteOf(currentTheme()));
    application.setStyleSheet(styleSheet(currentTheme()));
}

} // namespace millrace
