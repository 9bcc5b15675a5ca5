// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/Rail.h"

#include "style/Icons.h"

#include <QKeyEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kEntryWidth = 67;

/// To what the button shows of it as the current page, whose title is bold; the whole stands in the tool tip.
QString shortened(QToolButton* button, const QString& title)
{
    button->ensurePolished();
    QFont bold = button->font();
    bold.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(bold);
    return metrics.elidedText(title, Qt::ElideRight, kEntryWidth - 2 - 2 * metrics.horizontalAdvance(' '));
}

} // namespace

Rail::Rail(QWidget* parent) : QFrame(parent)
{
    setObjectName("rail");
    setFixedWidth(84);
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(8, 8, 8, 8);
    m_layout->setSpacing(2);
    m_layout->addStretch(1);
}

void Rail::addEntry(const QString& key, const QString& title, const QString& shortcut)
{
    auto* button = new QToolButton;
    button->setObjectName("rail" + key.left(1).toUpper() + key.mid(1));
    button->setProperty("rail", true);
    button->setProperty("key", key);
    button->setText(shortened(button, title));
    button->setAccessibleName(title);
    button->setToolTip(QString("%1 (%2)").arg(title, shortcut));
    button->setIcon(railIcon(key));
    button->setIconSize({22, 22});
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setFixedSize(kEntryWidth, 56);
    connect(button, &QToolButton::clicked, this, [this, key] { emit picked(key); });
    m_layout->insertWidget(m_layout->count() - 1, button);
    m_buttons << button;
}

void Rail::setCurrent(const QString& key)
{
    for (QToolButton* button : m_buttons)
        if (button->property("key") == key)
            button->setChecked(true);
}

void Rail::restyle()
{
    for (QToolButton* button : m_buttons)
        button->setIcon(railIcon(button->property("key").toString()));
}

void Rail::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
    const auto at = m_buttons.indexOf(qobject_cast<QToolButton*>(focusWidget()));
    if (step == 0 || at < 0) {
        QFrame::keyPressEvent(event);
        return;
    }
    QToolButton* next = m_buttons[(at + step + m_buttons.size()) % m_buttons.size()];
    next->setFocus(Qt::TabFocusReason);
    next->click();
}

} // namespace millrace
