// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QTimer>

namespace millrace
{

/// A button for what cannot be undone: the first click asks ("Really delete?"), a second one within a few seconds
/// confirms. Anything else (time, focus elsewhere, another thing selected) takes the question back.
class ConfirmButton : public QPushButton
{
    Q_OBJECT
public:
    ConfirmButton(const QString& text, const QString& question, const QString& objectName, QWidget* parent = nullptr);
    void reset();

signals:
    void confirmed();

protected:
    void focusOutEvent(QFocusEvent* event) override;

private:
    void onClicked();

    QString m_plain, m_question;
    bool m_asking = false;
    QTimer m_timeout;
};

} // namespace millrace
