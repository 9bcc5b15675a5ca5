// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/JobCard.h"

#include "widgets/SectionForm.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace millrace
{

JobCard::JobCard(const QString& kind, const QString& title, const QString& startText, const QString& startTip,
                 QWidget* parent)
    : Card(title, parent),
      m_form(new SectionForm(*findSection(kind.toStdString()), {}, nullptr, FormPanel::Place::Inside)),
      m_start(plainButton(startText, kind + "Button"))
{
    m_start->setToolTip(startTip);
    content()->addWidget(m_form);
    content()->addStretch(1);
    content()->addWidget(m_start, 0, Qt::AlignRight);
    connect(m_form, &SectionForm::submitted, this, &JobCard::wanted);
    connect(m_start, &QPushButton::clicked, this, &JobCard::wanted);
}

void JobCard::setLive(bool live)
{
    m_start->setEnabled(!live);
    m_form->setEditable(!live);
}

} // namespace millrace
