// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/Figures.h"

#include <nlohmann/json.hpp>

class QComboBox;
class QLabel;

namespace millrace
{

class BinHistogram;
class DensityMap;

/// Of numbers: what was predicted against what is, and how far it is off; of several targets of the chosen one, with
/// its scores.
class RegressionFigures final : public Figures
{
    Q_OBJECT
public:
    explicit RegressionFigures(QWidget* parent = nullptr);
    void showResult(const Task& task, const nlohmann::json& result) override;
    void restyle() override;

private:
    void offerTargets();
    void showTarget();
    void draw(const nlohmann::json& figures, const QString& unit);

    nlohmann::json m_targets; ///< of a result with several; else empty
    QWidget* m_choice;
    QComboBox* m_target;
    QLabel* m_scores;
    DensityMap* m_map;
    BinHistogram* m_residuals;
};

} // namespace millrace
