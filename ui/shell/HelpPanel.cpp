// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/HelpPanel.h"

#include "widgets/SectionForm.h"
#include "widgets/Widgets.h"

#include <QFile>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QRegularExpression>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextCursor>

namespace millrace
{

namespace
{

/// A line {fields:train} stands for the fields of that section, as their table has them.
QString withFields(QString text)
{
    static const QRegularExpression line(QStringLiteral("^\\{fields:([a-z]+)\\}$"),
                                         QRegularExpression::MultilineOption);
    for (auto match = line.match(text); match.hasMatch(); match = line.match(text)) {
        const Section* section = findSection(match.captured(1).toStdString());
        text.replace(match.capturedStart(), match.capturedLength(), section ? fieldsAsMarkdown(*section) : QString());
    }
    return text;
}

} // namespace

HelpPanel::HelpPanel(QWidget* parent) : QFrame(parent)
{
    setObjectName("helpPanel");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 8, 12);
    auto* head = new QHBoxLayout;
    head->addWidget(styledLabel(tr("Help"), "heading"));
    head->addStretch(1);
    auto* close = plainButton(tr("Close"), "helpCloseButton");
    close->setToolTip(tr("Close the help (F1 or Escape)"));
    connect(close, &QPushButton::clicked, this, &QWidget::hide);
    head->addWidget(close);
    layout->addLayout(head);
    m_text = new QTextBrowser;
    m_text->setObjectName("helpText");
    m_text->setFrameShape(QFrame::NoFrame);
    layout->addWidget(m_text);
    hide();
}

void HelpPanel::showFor(const QString& key)
{
    QFile file(QString(":/help/%1.md").arg(key));
    m_text->setMarkdown(file.open(QIODevice::ReadOnly) ? withFields(QString::fromUtf8(file.readAll()))
                                                       : tr("There is no help for this page."));
    m_text->document()->setIndentWidth(14);
    for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        const bool heading = format.headingLevel() > 0;
        format.setTopMargin(0);
        format.setBottomMargin(heading ? 10 : 7);
        cursor.setBlockFormat(format);
        if (heading) {
            cursor.select(QTextCursor::BlockUnderCursor);
            QTextCharFormat text;
            text.setProperty(QTextFormat::FontSizeAdjustment, 1);
            cursor.mergeCharFormat(text);
        }
    }
    m_text->moveCursor(QTextCursor::Start);
    place();
    show();
    raise();
}

void HelpPanel::place()
{
    const int wide = qMin(360, parentWidget()->width() - 84);
    setGeometry(parentWidget()->width() - wide, 0, wide, parentWidget()->height() - 31);
}

void HelpPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QFrame::keyPressEvent(event);
}

} // namespace millrace
