// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/DownloadForm.h"

#include "shell/UiSettings.h"
#include "widgets/Fields.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kRows = 100'000, kMostRows = 1'000'000'000, kRowsWidth = 160;

} // namespace

DownloadForm::DownloadForm(QWidget* parent)
    : Card(tr("Real events: download SUSY from UCI"), parent),
      m_rows(countField(QStringLiteral("downloadRowsField"), 0, kMostRows, kRows)),
      m_address(textField(QStringLiteral("downloadAddressField"), UiSettings().susyAddress())),
      m_download(plainButton(tr("Download SUSY"), QStringLiteral("downloadButton")))
{
    m_rows->setPrefix(tr("first "));
    m_rows->setSuffix(tr(" rows"));
    m_rows->setSpecialValueText(tr("all 5,000,000 rows"));
    m_rows->setFixedWidth(kRowsWidth);
    m_rows->setAccessibleName(tr("Rows"));
    m_rows->setToolTip(tr("It stops when so many rows have come; 0: all of them (0.9 GB)"));
    m_address->setAccessibleName(tr("Address"));
    m_address->setToolTip(tr("Where the file is, plain or gzip; empty: UCI's archive"));
    m_address->setCursorPosition(0);
    m_download->setToolTip(tr("What has come is kept when it is interrupted, and it goes on from there"));
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_rows);
    line->addWidget(styledLabel(tr("from"), "dim"));
    line->addWidget(m_address, 1);
    line->addWidget(m_download);
    content()->addLayout(line);
    connect(m_address, &QLineEdit::editingFinished, this, &DownloadForm::keepAddress);
    connect(m_download, &QPushButton::clicked, this, [this] {
        keepAddress();
        emit wanted();
    });
}

void DownloadForm::keepAddress()
{
    UiSettings settings;
    settings.setSusyAddress(m_address->text().trimmed());
    m_address->setText(settings.susyAddress());
    m_address->setCursorPosition(0);
}

nlohmann::json DownloadForm::section() const
{
    return {{"url", m_address->text().toStdString()}, {"rows", m_rows->value() == 0 ? -1 : m_rows->value()}};
}

void DownloadForm::setLive(bool live)
{
    m_download->setEnabled(!live);
}

} // namespace millrace
