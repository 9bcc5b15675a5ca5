// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/FileView.h"

#include "models/Values.h"
#include "pages/BalanceCard.h"
#include "pages/PublishForm.h"
#include "pages/PublishedCard.h"
#include "pages/ReadingForm.h"
#include "shell/Page.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea;
    content->setObjectName(QStringLiteral("scrollContent"));
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

} // namespace

FileView::FileView(Shell& shell, QWidget* parent)
    : QWidget(parent), m_shell(shell), m_columns(new ColumnsCard), m_published(new PublishedCard(shell)),
      m_balance(new BalanceCard), m_form(new PublishForm), m_reading(new ReadingForm), m_firstRows(new FirstRowsCard)
{
    auto* across = new QHBoxLayout(this);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(makeLeft(), 17);
    across->addWidget(makeRight(), 10);
    connect(m_columns, &ColumnsCard::schemaEdited, this, &FileView::schemaEdited);
    connect(m_columns, &ColumnsCard::proposalWanted, this, &FileView::proposalWanted);
    connect(m_balance, &BalanceCard::schemaEdited, this, &FileView::schemaEdited);
    connect(m_balance, &BalanceCard::taskWanted, this, &FileView::taskWanted);
    connect(m_published, &PublishedCard::trainWanted, this, &FileView::trainOnIt);
}

QWidget* FileView::makeLeft()
{
    auto* left = new QWidget;
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_columns, 3);
    layout->addWidget(m_published, 2);
    return left;
}

QWidget* FileView::makeRight()
{
    auto* right = new QWidget;
    m_rightLayout = new QVBoxLayout(right);
    m_rightLayout->setContentsMargins(0, 0, 0, 0);
    m_rightLayout->setSpacing(12);
    m_rightLayout->addWidget(m_balance);
    m_rightLayout->addWidget(m_form);
    m_rightLayout->addWidget(m_reading);
    m_rightLayout->addWidget(m_firstRows, 1);
    QScrollArea* area = scrolled(right);
    area->setMinimumWidth(344);
    return area;
}

FileView::Content FileView::contentOf(Schema schema, const nlohmann::json& result, bool isProposal)
{
    Content content;
    content.schema = std::move(schema);
    content.columns = ColumnsCard::contentOf(content.schema, result, isProposal);
    content.firstRows = FirstRowsCard::contentOf(content.schema, result);
    content.verdict = PublishForm::verdictOf(content.schema, result);
    return content;
}

void FileView::showSummary(const nlohmann::json& section, const nlohmann::json& result, Content content,
                           bool isProposal)
{
    const Schema& schema = content.schema;
    m_rightLayout->insertWidget(m_rightLayout->indexOf(m_form) + 1, m_reading);
    m_reading->show();
    m_reading->showReading(section, jsonChild(result, "reading"));
    m_form->showSummary(schema, result, content.verdict);
    m_columns->showContent(schema, std::move(content.columns), isProposal);
    m_balance->showSummary(schema, result, jsonText(section, "task", QStringLiteral("auto")));
    m_firstRows->showContent(std::move(content.firstRows));
}

void FileView::trainOnIt()
{
    nlohmann::json sections;
    const nlohmann::json section = m_form->section();
    sections["train"]["topic"] = m_form->trainTopic().toStdString();
    if (section.contains("test-topic"))
        sections["evaluate"]["topic"] = section["test-topic"];
    m_shell.prefill(sections);
    m_shell.showPage(QStringLiteral("train"));
}

void FileView::restyle()
{
    m_columns->restyle();
    m_balance->restyle();
}

} // namespace millrace
