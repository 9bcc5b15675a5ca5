// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QTextBrowser;

namespace millrace
{

/// The help of a page over the window's right edge, of resources/help; or what the program is. Escape or F1 closes it.
class HelpPanel : public QFrame
{
    Q_OBJECT
public:
    explicit HelpPanel(QWidget* parent);
    void showFor(const QString& key);
    void showAbout(const QString& home);
    void place(); ///< along the parent's right edge

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showMarkdown(const QString& text);

    QTextBrowser* m_text;
};

} // namespace millrace
