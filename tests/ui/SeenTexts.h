// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/Widgets.h"

#include <QAbstractButton>
#include <QApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QTabBar>
#include <QTableView>
#include <QToolTip>
#include <functional>

namespace millrace
{

/// Elided on purpose: it ends with "…", and the tool tip has the rest.
inline bool isElided(const QWidget& widget, const QString& text)
{
    return text.endsWith(QChar(0x2026)) && !widget.toolTip().isEmpty();
}

inline bool chipTellsTheRest(Chip& chip)
{
    QHelpEvent help(QEvent::ToolTip, {2, 2}, chip.mapToGlobal(QPoint(2, 2)));
    QApplication::sendEvent(&chip, &help);
    return !QToolTip::text().isEmpty();
}

inline bool isWhole(QLabel& label)
{
    if (auto* chip = qobject_cast<Chip*>(&label); chip != nullptr && chip->width() < chip->sizeHint().width())
        return chipTellsTheRest(*chip);
    if (label.wordWrap())
        return label.heightForWidth(label.width()) <= label.height() &&
               label.minimumSizeHint().width() <= label.width();
    return label.sizeHint().width() <= label.width() && label.sizeHint().height() <= label.height();
}

/// Nothing that scrolls up and down only has cut it at its side.
inline bool isSeenWhole(const QWidget& widget)
{
    const QRect seen = widget.visibleRegion().boundingRect();
    return seen.isEmpty() || seen.width() >= widget.width();
}

/// A text that a window shows: of what kind of widget, in which, and whether all of it is seen or told by a tool tip.
struct SeenText {
    const char* kind;
    const QWidget* widget;
    QString text;
    bool isWhole;
};

inline void addLabels(const QWidget& window, std::vector<SeenText>& seen)
{
    for (auto* label : window.findChildren<QLabel*>())
        if (label->isVisible() && !label->text().isEmpty())
            seen.push_back({"label", label, label->text(),
                            (isElided(*label, label->text()) || isWhole(*label)) && isSeenWhole(*label)});
}

inline void addButtons(const QWidget& window, std::vector<SeenText>& seen)
{
    for (auto* button : window.findChildren<QAbstractButton*>()) {
        if (!button->isVisible() || button->text().isEmpty())
            continue;
        const bool fits = isElided(*button, button->text()) || button->sizeHint().width() <= button->width();
        seen.push_back({"button", button, button->text(), fits && isSeenWhole(*button)});
    }
}

inline void addTabs(const QWidget& window, std::vector<SeenText>& seen)
{
    for (auto* bar : window.findChildren<QTabBar*>())
        for (int i = 0; bar->isVisible() && i < bar->count(); ++i) {
            const bool fits = bar->rect().contains(bar->tabRect(i)) &&
                              bar->fontMetrics().horizontalAdvance(bar->tabText(i)) <= bar->tabRect(i).width();
            seen.push_back({"tab", bar, bar->tabText(i), fits});
        }
}

inline void addHeadings(const QWidget& window, std::vector<SeenText>& seen)
{
    for (auto* table : window.findChildren<QTableView*>()) {
        const auto* header = table->horizontalHeader();
        for (int i = 0; table->isVisible() && header->isVisible() && i < header->count(); ++i) {
            const QString title = table->model()->headerData(i, Qt::Horizontal).toString();
            const QString tip = table->model()->headerData(i, Qt::Horizontal, Qt::ToolTipRole).toString();
            const bool elided = header->textElideMode() != Qt::ElideNone && tip.contains(title);
            seen.push_back({"heading", table, title, elided || header->sectionSizeHint(i) <= header->sectionSize(i)});
        }
    }
}

inline std::vector<SeenText> seenTexts(const QWidget& window)
{
    std::vector<SeenText> seen;
    for (const auto add : {addLabels, addButtons, addTabs, addHeadings})
        add(window, seen);
    return seen;
}

/// "cut label (trainWhose): The next training"
inline QString complaint(const char* what, const SeenText& seen)
{
    return QStringLiteral("%1 %2 (%3): %4")
        .arg(QLatin1String(what), QLatin1String(seen.kind), seen.widget->objectName(), seen.text);
}

} // namespace millrace
