// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QSlider;

namespace millrace
{

/// A slider with its name and value above: something that acts while it is turned. Arrow keys and Page Up and Down turn
/// it too.
class Knob : public QWidget
{
    Q_OBJECT
public:
    enum class Scale { Linear, Logarithmic };
    struct Range {
        double minimum = 0, maximum = 1;
        int steps = 100; ///< of an arrow key
        Scale scale = Scale::Linear;
    };
    /// `text` makes the value's text. The slider gets the objectName.
    Knob(const QString& name, const QString& objectName, const Range& range, std::function<QString(double)> text,
         QWidget* parent = nullptr);

    [[nodiscard]] double value() const { return m_value; }
    void setValue(double value); ///< without turned()
    /// What the value is at this moment, where it is on the way to the knob's or comes back from it; NaN: no such
    /// thing.
    void setNow(double value);

signals:
    void turned(double value); ///< by its user

private:
    [[nodiscard]] double valueAt(int place) const;
    [[nodiscard]] int placeOf(double value) const;
    void showValue();

    Range m_range;
    std::function<QString(double)> m_text;
    QSlider* m_slider;
    QLabel* m_shown;
    double m_value, m_now;
};

} // namespace millrace
