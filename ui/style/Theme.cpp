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
    Q_INIT_RESOURCE(millrace_translations);
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
    theme.border = "#868e9e";
    theme.text = "#1d2430";
    theme.dim = "#5e687c";
    theme.disabled = "#818a99";
    theme.accent = "#0b747d";
    theme.accentHover = "#0e6872";
    theme.accentSoft = "#e3f3f4";
    theme.onAccent = "#ffffff";
    theme.ok = "#177646";
    theme.warn = "#a65200";
    theme.error = "#b42318";
    theme.loss = "#0072b2";
    theme.accuracy = "#009e73";
    theme.lag = "#b85000";
    theme.validation = "#7a5195";
    theme.grid = "#eceef2";
    theme.best = "#5e687c";
    return theme;
}

Theme darkTheme()
{
    Theme theme = lightTheme();
    theme.dark = true;
    theme.background = "#14171c";
    theme.card = "#1b1f26";
    theme.line = "#2b313b";
    theme.border = "#6b7382";
    theme.text = "#e6e9ef";
    theme.dim = "#98a2b3";
    theme.disabled = "#767f8f";
    theme.accent = "#38b2bd";
    theme.accentHover = "#52bac4";
    theme.accentSoft = "#16333a";
    theme.onAccent = "#06191c";
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
        palette.setColor(QPalette::Disabled, role, theme.disabled);
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
