// SPDX-License-Identifier: GPL-3.0-or-later
#include "style/StyleSheet.h"

#include "style/Theme.h"

namespace millrace
{

namespace
{

/// Fields have their texts' colours from the palette: a colour here would make placeholders half transparent.
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
#statusBar QToolButton { border: 1px solid transparent; border-radius: 4px; color: @dim; font-size: 12px; padding: 1px 5px; background: transparent; }
#statusBar QToolButton[role="ok"] { color: @ok; }
#statusBar QToolButton[role="warn"] { color: @warn; }
#statusBar QToolButton[role="error"] { color: @error; }
#statusBar QToolButton:hover, #statusBar QToolButton:focus { color: @text; background: @background; }
#statusBar QToolButton:focus { border-color: @accent; }
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
millrace--LineChart QComboBox:hover { border-color: @border; }
millrace--LineChart QComboBox:focus { border: 2px solid @accent; padding: 0 1px; min-height: 16px; }

QPushButton { border: 1px solid @border; background: @card; color: @text; border-radius: 6px; padding: 0 14px; min-height: 30px; }
QPushButton:hover { border-color: @accent; }
QPushButton, QTabBar { outline: 0; }
QPushButton:focus { border: 2px solid @accent; padding: 0 13px; min-height: 28px; }
QPushButton:pressed { background: @accentSoft; }
QPushButton:checked { background: @accentSoft; color: @accent; border-color: @accent; border-bottom-width: 3px; }
QPushButton:disabled { color: @disabled; border: 1px dashed @border; }
QPushButton[primary="true"] { background: @accent; border-color: @accent; color: @onAccent; font-weight: 600; }
QPushButton[primary="true"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[primary="true"]:focus { border: 2px solid @text; }
QPushButton[primary="true"]:disabled { background: transparent; border: 1px dashed @border; color: @disabled; }
QPushButton[danger="true"] { border-color: @error; color: @error; }
QPushButton[segment="true"] { padding: 0 4px; min-height: 24px; font-size: 12px; border-radius: 5px; }
QPushButton[segment="true"]:focus { padding: 0 3px; min-height: 22px; }
QPushButton[link="true"] { border: 1px solid transparent; background: transparent; color: @accent; padding: 0 2px; min-height: 22px; }
QPushButton[link="true"]:hover, QPushButton[link="true"]:focus { border: 1px solid transparent; border-bottom: 1px solid @accent; border-radius: 0; padding: 0 2px; min-height: 22px; }
QPushButton[link="true"]:disabled { border: 1px solid transparent; color: @disabled; }

QLineEdit, QAbstractSpinBox, QComboBox { border: 1px solid @border; border-radius: 5px; background: @background; padding: 0 7px; min-height: 22px; selection-background-color: @accent; selection-color: @onAccent; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @dim; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border: 2px solid @accent; padding: 0 6px; min-height: 20px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { border: 1px dashed @border; background: transparent; }
QLineEdit:read-only, QAbstractSpinBox:read-only { border: 1px solid transparent; border-bottom: 1px solid @border; border-radius: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: 0; }
QComboBox QLineEdit, QComboBox QLineEdit:focus, QComboBox QLineEdit:disabled { border: 0; padding: 0; background: transparent; min-height: 20px; }
QComboBox::drop-down { border: 0; width: 18px; }
QComboBox::down-arrow { image: url(:/icons/chevron-@tone.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @card; border: 1px solid @line; color: @text; selection-background-color: @accentSoft; selection-color: @text; outline: 0; }
QCheckBox { spacing: 6px; }
QCheckBox::indicator { width: 13px; height: 13px; border: 1px solid @dim; border-radius: 3px; background: @background; }
QCheckBox::indicator:checked { border-color: @accent; background: @accent; image: url(:/icons/check-@tone.svg); }
QCheckBox::indicator:focus { border: 2px solid @text; width: 11px; height: 11px; }
QCheckBox:disabled { color: @disabled; }
QCheckBox::indicator:disabled { border: 1px dashed @border; background: transparent; }
QCheckBox::indicator:checked:disabled { image: url(:/icons/check-disabled.svg); }

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
QTabBar::tab:selected:focus { border: 2px solid @accent; border-radius: 6px; padding: 4px 10px 6px 10px; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget#scrollContent { background: transparent; }
QPlainTextEdit, QTextEdit, QTextBrowser { background: @background; border: 1px solid @border; border-radius: 6px; selection-background-color: @accent; selection-color: @onAccent; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid @accent; }
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
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @border; }
QSlider::sub-page:horizontal { border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: @accent; border: 0; }
QSlider::handle:horizontal:focus { background: @card; border: 4px solid @accent; width: 6px; height: 6px; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: @dim; }
#stepRow { border: 0; border-top: 1px solid @line; background: transparent; }
)";

} // namespace

QString styleSheet(const Theme& theme)
{
    QString sheet = QString::fromUtf8(kSheet);
    const auto put = [&sheet](const char* name, const QString& value) { sheet.replace(QString("@") + name, value); };
    // Longer names first: "@accent" is the beginning of "@accentSoft".
    put("accentHover", theme.accentHover.name());
    put("accentSoft", theme.accentSoft.name());
    put("accent", theme.accent.name());
    put("onAccent", theme.onAccent.name());
    put("background", theme.background.name());
    put("border", theme.border.name());
    put("disabled", theme.disabled.name());
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
