// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QTextBrowser;

namespace millrace
{

/// The help of a page over the window's right edge: resources/help/<key>.md. Escape or F1 closes it.
class HelpPanel : public QFrame
{
    Q_OBJECT
public:
    explicit HelpPanel(QWidget* parent);
    void showFor(const QString& key);
    void place(); ///< along the parent's right edge

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QTextBrowser* m_text;
};

} // namespace millrace
