// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/Page.h"

#include "models/Values.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QLabel>

namespace millrace
{

Page::Page(const QString& key, const QString& title, Session& session, Shell& shell)
    : m_key(key), m_title(title), m_session(session), m_shell(shell)
{
    setObjectName(key + "Page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    auto* heading = new QLabel(title);
    heading->setObjectName("pageTitle");
    heading->setMinimumHeight(32); // as high as a button, so that pages without one do not jump
    head->addWidget(heading);
    m_chips = new QHBoxLayout;
    m_chips->setSpacing(12);
    head->addLayout(m_chips);
    head->addStretch(1);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(12);
    head->addLayout(m_buttons);
    layout->addLayout(head);

    m_body = new QWidget;
    layout->addWidget(m_body, 1);
}

void Page::addChip(Chip* chip)
{
    m_chips->addWidget(chip, 0, Qt::AlignVCenter);
}

void Page::changeMaxRate(Job* job, double recordsPerSecond)
{
    if (job == nullptr || !job->isLive())
        return;
    if (const auto set = job->setMaxRate(recordsPerSecond); !set)
        return m_shell.say(errorText(set.error()), true);
    m_shell.say(recordsPerSecond > 0 ? tr("At most %1 records a second.").arg(recordsPerSecond)
                                     : tr("As fast as it goes."));
}

void Page::addHeadButton(QWidget* button)
{
    m_buttons->addWidget(button, 0, Qt::AlignVCenter);
}

} // namespace millrace
