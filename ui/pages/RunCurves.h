// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace millrace
{

class LineChart;

/// Loss and score of a run by epoch (of online learning by mini-dataset), with those of the validation part.
class RunCurves : public QWidget
{
    Q_OBJECT
public:
    explicit RunCurves(QWidget* parent = nullptr);
    /// result: of a run; without epochs the charts say so.
    void showResult(const nlohmann::json& result);
    void restyle();

private:
    struct Drawn {
        LineChart* chart = nullptr;
        int learnt = 0, validation = 0;
    };
    [[nodiscard]] Drawn makeChart(const char* name, const QString& title) const;
    void draw(const Drawn& drawn, const nlohmann::json& epochs, const std::string& score) const;

    Drawn m_loss, m_score;
};

} // namespace millrace
