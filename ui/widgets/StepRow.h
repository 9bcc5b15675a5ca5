// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace millrace
{

class ElidedLabel;

/// One step of an experiment: a round badge (number in dots, ring while it runs, tick, cross), its title, what it says
/// beside it or, in a narrow list, below, and a link to its page. Without a link's text there is none, and what the
/// step says is as high as it needs instead of cut.
class StepRow : public QFrame
{
    Q_OBJECT
public:
    enum class State { Waiting, Running, Done, Failed, Skipped };
    enum class Shape { Wide, Narrow };
    StepRow(int number, const QString& title, const QString& linkText, QWidget* parent = nullptr,
            Shape shape = Shape::Wide);
    void show(State state, const QString& text);
    [[nodiscard]] State state() const { return m_state; }

signals:
    void linkClicked();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showState();
    [[nodiscard]] bool isWhole() const { return m_link == nullptr; }
    [[nodiscard]] bool isBelow() const { return m_shape == Shape::Narrow; }

    int m_number;
    Shape m_shape;
    State m_state = State::Waiting;
    QLabel* m_title;
    ElidedLabel* m_text;
    QPushButton* m_link = nullptr; ///< none: the text is shown whole
};

} // namespace millrace
