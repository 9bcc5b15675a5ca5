// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>

class QToolButton;
class QVBoxLayout;

namespace millrace
{

/// The pages as icons with names down the left edge. Up and Down go through them when one has the focus.
class Rail : public QFrame
{
    Q_OBJECT
public:
    explicit Rail(QWidget* parent = nullptr);
    void addEntry(const QString& key, const QString& title, const QString& shortcut);
    void setCurrent(const QString& key);
    void restyle();

signals:
    void picked(const QString& key);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QVBoxLayout* m_layout;
    QList<QToolButton*> m_buttons;
};

} // namespace millrace
