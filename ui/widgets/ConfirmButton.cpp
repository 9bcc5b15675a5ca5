// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ConfirmButton.h"

#include <QStyle>
#include <chrono>

namespace millrace
{

using namespace std::chrono_literals;

ConfirmButton::ConfirmButton(const QString& text, const QString& question, const QString& objectName, QWidget* parent)
    : QPushButton(text, parent), m_plain(text), m_question(question)
{
    setObjectName(objectName);
    setToolTip(tr("Asks once more before it does"));
    m_timeout.setSingleShot(true);
    m_timeout.setInterval(4s);
    connect(&m_timeout, &QTimer::timeout, this, &ConfirmButton::reset);
    connect(this, &QPushButton::clicked, this, &ConfirmButton::onClicked);
}

void ConfirmButton::onClicked()
{
    if (m_asking) {
        reset();
        emit confirmed();
        return;
    }
    m_asking = true;
    setText(m_question);
    m_timeout.start();
}

void ConfirmButton::reset()
{
    m_asking = false;
    m_timeout.stop();
    setText(m_plain);
}

void ConfirmButton::focusOutEvent(QFocusEvent* event)
{
    reset();
    QPushButton::focusOutEvent(event);
}

} // namespace millrace
