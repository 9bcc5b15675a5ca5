// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/StepRow.h"

#include "style/Theme.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QPainter>

namespace millrace
{

namespace
{
constexpr int kBadge = 20, kBadgeGap = 12, kWholeMargin = 6, kTitleWidth = 190;
}

StepRow::StepRow(int number, const QString& title, const QString& linkText, QWidget* parent, Shape shape)
    : QFrame(parent), m_number(number), m_shape(shape)
{
    setObjectName("stepRow");
    setMinimumHeight(29);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kBadge + kBadgeGap + 1, 0, 0, 0);
    layout->setSpacing(kBadgeGap);
    m_title = new QLabel(title);
    m_text = new ElidedLabel;
    m_text->setObjectName("stepText");
    m_title->setBuddy(m_text);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* words = new QBoxLayout(shape == Shape::Narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    words->setSpacing(shape == Shape::Narrow ? 0 : kBadgeGap);
    words->addWidget(m_title);
    words->addWidget(m_text, 1);
    layout->addLayout(words, 1);
    if (linkText.isEmpty()) {
        m_title->setMinimumWidth(72);
        m_title->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        m_text->setWordWrap(true);
        layout->setContentsMargins(kBadge + kBadgeGap + 1, kWholeMargin, 0, kWholeMargin);
    } else {
        if (shape == Shape::Wide) {
            setMaximumHeight(38);
            m_title->setMinimumWidth(kTitleWidth);
        } else {
            layout->setContentsMargins(kBadge + kBadgeGap + 1, kWholeMargin, 0, kWholeMargin);
        }
        setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
        m_link = linkButton(linkText, "stepLink" + QString::number(number));
        layout->addWidget(m_link);
        connect(m_link, &QPushButton::clicked, this, &StepRow::linkClicked);
    }
    showState();
}

void StepRow::show(State state, const QString& text)
{
    if (m_state == state && m_text->whole() == text)
        return; // asked at each tick
    m_state = state;
    m_text->setWhole(text);
    showState();
}

void StepRow::showState()
{
    const bool isQuiet = m_state == State::Waiting || m_state == State::Skipped;
    setStyleProperty(m_title, "role", isQuiet ? "dim" : "");
    setStyleProperty(m_text, "role", m_state == State::Failed ? "error" : "dim");
    if (!isWhole())
        m_link->setVisible(m_state != State::Waiting);
    m_text->setVisible(!isBelow() || !m_text->whole().isEmpty());
    update();
}

void StepRow::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = isWhole() ? m_title->geometry().top() + QFontMetrics(font()).height() / 2.0 : height() / 2.0;
    const QRectF badge(1, middle - kBadge / 2.0, kBadge - 1, kBadge - 1);
    const bool ended = m_state == State::Done || m_state == State::Failed;
    const QColor colour = m_state == State::Done      ? theme.ok
                          : m_state == State::Failed  ? theme.error
                          : m_state == State::Running ? theme.accent
                                                      : theme.border;
    painter.setPen(m_state == State::Running ? QPen(colour, 2.4)
                   : ended                   ? QPen(colour, 1.6)
                                             : QPen(colour, 1, Qt::DotLine));
    painter.setBrush(ended ? QBrush(colour) : QBrush(Qt::NoBrush));
    painter.drawEllipse(badge);
    QFont small = font();
    small.setPixelSize(12);
    painter.setFont(small);
    painter.setPen(ended ? theme.onAccent : m_state == State::Running ? theme.accent : theme.dim);
    const QString mark = m_state == State::Done      ? "✓"
                         : m_state == State::Failed  ? "✕"
                         : m_state == State::Skipped ? "–"
                                                     : QString::number(m_number);
    painter.drawText(badge, Qt::AlignCenter, mark);
}

} // namespace millrace
