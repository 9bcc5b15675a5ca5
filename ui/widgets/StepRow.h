// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace millrace
{

/// One step of an experiment: a round badge (number, ring while it runs, tick, cross), its title, what it says, and a
/// link to its page.
class StepRow : public QFrame
{
    Q_OBJECT
public:
    enum class State { Waiting, Running, Done, Failed };
    StepRow(int number, const QString& title, const QString& linkText, QWidget* parent = nullptr);
    void show(State state, const QString& text);
    [[nodiscard]] State state() const { return m_state; }

signals:
    void linkClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void elide();

    int m_number;
    State m_state = State::Waiting;
    QString m_full;
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_link;
};

} // namespace millrace
