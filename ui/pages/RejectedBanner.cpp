// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RejectedBanner.h"

#include "models/Values.h"
#include "shell/Page.h"

#include <QDesktopServices>
#include <QUrl>

namespace millrace
{

RejectedBanner::RejectedBanner(Shell& shell)
{
    setObjectName(QStringLiteral("rejectedBanner"));
    connect(this, &Banner::actionTriggered, this, [this, &shell] {
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(m_file)))
            shell.say(tr("No program here opens CSV files; the records are in %1").arg(m_file), true);
    });
}

void RejectedBanner::showResult(const nlohmann::json& result)
{
    if (jsonCount(result, "rejected") == 0)
        return clear();
    QStringList lines = rejectedLines(result, "record");
    m_file = jsonText(result, "rejected_file");
    if (!m_file.isEmpty())
        lines << tr("%1 has them one by one.").arg(m_file);
    showMessage(lines.join('\n'), false, m_file.isEmpty() ? QString() : tr("Show rejected"));
}

} // namespace millrace
