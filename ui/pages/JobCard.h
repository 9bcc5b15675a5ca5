// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/Widgets.h"

class QPushButton;

namespace millrace
{

class SectionForm;

/// A card that asks for a job of one kind, by the form of its section.
class JobCard : public Card
{
    Q_OBJECT
public:
    /// kind: of the job, of its section and the button's name.
    JobCard(const QString& kind, const QString& title, const QString& startText, const QString& startTip,
            QWidget* parent = nullptr);

    [[nodiscard]] SectionForm& form() const { return *m_form; }
    void setLive(bool live); ///< while one is under way there is no other

signals:
    void wanted(); ///< a person asks for it

private:
    SectionForm* m_form;
    QPushButton* m_start;
};

} // namespace millrace
