// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/StyleSheet.h"

#include "style/Theme.h"

namespace millrace
{

namespace
{

const char* const kSheet = R"(
QMainWindow, QDialog, QStackedWidget, millrace--Page { background: @background; }
QToolTip { background: @card; color: @text; border: 1px solid @line; padding: 4px 6px; }
QLabel { background: transparent; }
QLabel[role="dim"] { color: @dim; }
QLabel[role="small"] { color: @dim; font-size: 12px; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="caps"] { color: @dim; font-size: 11px; font-weight: 600; }
QLabel[role="ok"] { color: @ok; }
QLabel[role="warn"] { color: @warn; }
QLabel[role="error"] { color: @error; }
QLabel#pageTitle { font-size: 18px; font-weight: 600; }

#rail { background: @card; border: 0; border-right: 1px solid @line; }
QToolButton[rail="true"] { background: transparent; border: 1px solid transparent; border-radius: 8px; color: @dim; font-size: 11px; padding: 7px 0 5px 0; }
QToolButton[rail="true"]:hover { background: @background; }
QToolButton[rail="true"]:focus { border-color: @accent; }
QToolButton[rail="true"]:checked { background: @accentSoft; color: @accent; font-weight: 600; }
#statusBar { background: @card; border: 0; border-top: 1px solid @line; }
#statusBar QLabel { font-size: 12px; color: @dim; }
#statusBar QLabel[role="ok"] { color: @ok; }
#statusBar QLabel[role="warn"] { color: @warn; }
#statusBar QLabel[role="error"] { color: @error; }
#statusBar QToolButton { border: 0; border-radius: 4px; color: @dim; font-size: 12px; padding: 2px 6px; background: transparent; }
#statusBar QToolButton[role="ok"] { color: @ok; }
#statusBar QToolButton[role="warn"] { color: @warn; }
#statusBar QToolButton[role="error"] { color: @error; }
#statusBar QToolButton:hover, #statusBar QToolButton:focus { color: @text; background: @background; }
#helpPanel { background: @card; border: 0; border-left: 1px solid @line; }
#helpText { background: transparent; border: 0; }

millrace--Card, millrace--Tile, millrace--FormPanel, millrace--LineChart { background: @card; border: 1px solid @line; border-radius: 8px; }
millrace--Card millrace--FormPanel, millrace--FormPanel millrace--FormPanel { border: 0; border-radius: 0; background: transparent; }
millrace--Tile QLabel#tileName { color: @dim; font-size: 12px; }
millrace--Tile QLabel#tileValue { font-size: 18px; font-weight: 600; }
millrace--Tile QLabel#tileNote { color: @validation; font-size: 11px; }
millrace--Banner { background: @card; border: 1px solid @warn; border-radius: 8px; }
millrace--Banner[error="true"] { border-color: @error; }
#chartTitle { font-size: 12px; font-weight: 600; }
#chartLegend, #chartNote { font-size: 12px; color: @dim; }
millrace--LineChart QCheckBox, millrace--LineChart QToolButton, millrace--LineChart QComboBox { font-size: 12px; color: @dim; }
millrace--LineChart QComboBox { background: transparent; border-color: transparent; min-height: 18px; padding: 0 2px; }
millrace--LineChart QComboBox:focus, millrace--LineChart QComboBox:hover { border-color: @line; }

QPushButton { border: 1px solid @line; background: @card; color: @text; border-radius: 6px; padding: 0 14px; min-height: 30px; }
QPushButton:hover { border-color: @accent; }
QPushButton, QTabBar { outline: 0; }
QPushButton:focus { border-color: @accent; }
QPushButton:pressed { background: @accentSoft; }
QPushButton:checked { background: @accentSoft; color: @accent; border-color: @accent; }
QPushButton:disabled { color: @disabled; border-color: @line; }
QPushButton[primary="true"] { background: @accent; border-color: @accent; color: @onAccent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[primary="true"]:focus { border-color: @text; }
QPushButton[primary="true"]:disabled { background: @line; border-color: @line; color: @dim; }
QPushButton[danger="true"] { border-color: @error; color: @error; }
QPushButton[segment="true"] { padding: 0 4px; min-height: 24px; font-size: 12px; border-radius: 5px; }
QPushButton[link="true"] { border: 1px solid transparent; background: transparent; color: @accent; padding: 0 2px; min-height: 22px; }
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus { border-bottom: 1px solid @accent; border-radius: 0; }

QLineEdit, QAbstractSpinBox, QComboBox { border: 1px solid @line; border-radius: 5px; background: @background; color: @text; padding: 0 7px; min-height: 22px; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @dim; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @dim; background: transparent; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QComboBox[invalid="true"] { border-color: @error; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: 0; }
QComboBox QLineEdit { border: 0; padding: 0; background: transparent; min-height: 20px; }
QComboBox::drop-down { border: 0; width: 18px; }
QComboBox::down-arrow { image: url(:/icons/chevron-@tone.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @line; color: @text; selection-background-color: @accentSoft; selection-color: @text; outline: 0; }
QCheckBox { spacing: 6px; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid @dim; border-radius: 3px; background: @background; }
QCheckBox::indicator:checked { border-color: @accent; background: @accent; image: url(:/icons/check.svg); }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox:focus { color: @text; }

QTableView, QListView, QTreeView { background: @card; border: 0; outline: 0; color: @text; font-size: 12px; selection-background-color: @accentSoft; selection-color: @text; }
QTableView::item { padding: 0 8px; border: 0; border-bottom: 1px solid @grid; }
QTableView::item:selected { background: @accentSoft; color: @text; }
QHeaderView { background: @card; border: 0; }
QHeaderView::section { background: @card; color: @dim; border: 0; border-bottom: 1px solid @line; padding: 5px 11px; font-size: 12px; font-weight: 500; }
QTableCornerButton::section { background: @card; border: 0; }

QTabWidget::pane { border: 0; top: 0; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @dim; border: 0; border-bottom: 2px solid transparent; padding: 6px 12px; margin-right: 4px; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @accent; border-bottom-color: @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget#scrollContent { background: transparent; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @background; border: 1px solid @line; border-radius: 6px; color: @text; selection-background-color: @accent; selection-color: @onAccent; }
QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QProgressBar { border: 0; border-radius: 3px; background: @line; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QMenu { background: @card; border: 1px solid @line; padding: 4px; color: @text; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @disabled; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: @accent; border: 0; }
QSlider::handle:horizontal:focus { background: @text; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: @dim; }
#dropZone { border: 2px dashed @line; border-radius: 8px; background: transparent; }
#dropZone[hot="true"], #dropZone:focus { border-color: @accent; }
#dropZone[hot="true"] { background: @accentSoft; }
#stepRow { border: 0; border-top: 1px solid @line; background: transparent; }
)";

QColor mixed(const QColor& a, const QColor& b, double share)
{
    const auto channel = [share](int x, int y) { return static_cast<int>(x * (1 - share) + y * share); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

} // namespace

QString styleSheet(const Theme& theme)
{
    QString sheet = QString::fromUtf8(kSheet);
    const auto put = [&sheet](const char* name, const QString& value) { sheet.replace(QString("@") + name, value); };
    // Longer names first: "@accent" is the beginning of "@accentSoft".
    put("accentHover", mixed(theme.accent, theme.text, 0.15).name());
    put("accentSoft", theme.accentSoft.name());
    put("accent", theme.accent.name());
    put("onAccent", theme.onAccent.name());
    put("background", theme.background.name());
    put("disabled", mixed(theme.dim, theme.card, 0.4).name());
    put("card", theme.card.name());
    put("line", theme.line.name());
    put("text", theme.text.name());
    put("dim", theme.dim.name());
    put("ok", theme.ok.name());
    put("warn", theme.warn.name());
    put("error", theme.error.name());
    put("grid", theme.grid.name());
    put("validation", theme.validation.name());
    put("tone", theme.dark ? "dark" : "light");
    return sheet;
}

} // namespace millrace
