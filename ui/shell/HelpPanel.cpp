// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/HelpPanel.h"

#include "kafka/Admin.h"
#include "shell/Language.h"
#include "widgets/SectionForm.h"
#include "widgets/Widgets.h"

#include <QCoreApplication>
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
    m_text->setAccessibleName(tr("Help"));
    m_text->setFrameShape(QFrame::NoFrame);
    layout->addWidget(m_text);
    hide();
}

void HelpPanel::showFor(const QString& key)
{
    QFile file(helpFile(key));
    showMarkdown(file.open(QIODevice::ReadOnly) ? withFields(QString::fromUtf8(file.readAll()))
                                                : tr("There is no help for this page."));
}

void HelpPanel::showAbout(const QString& home)
{
    const QStringList facts = {
        tr("Millrace %1: interactive machine learning on Apache Kafka streams.")
            .arg(QCoreApplication::applicationVersion()),
        tr("Free software under the GNU General Public License, version 3 or later, without any warranty."),
        tr("Made with Qt %1, librdkafka %2, LibTorch and QCustomPlot.")
            .arg(QString::fromLatin1(qVersion()), QString::fromStdString(kafkaClientVersion())),
        tr("Runs, topics' cards and these settings are kept in `%1`.").arg(home)};
    showMarkdown("# Millrace\n\n" + facts.join("\n\n"));
}

void HelpPanel::showMarkdown(const QString& text)
{
    m_text->setMarkdown(text);
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
            QTextCharFormat larger;
            larger.setProperty(QTextFormat::FontSizeAdjustment, 1);
            cursor.mergeCharFormat(larger);
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
