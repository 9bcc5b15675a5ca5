// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/Figures.h"

namespace millrace
{

class BinHistogram;
class Card;
class DensityMap;

/// Of numbers: what was predicted against what is, and how far it is off.
class RegressionFigures final : public Figures
{
    Q_OBJECT
public:
    explicit RegressionFigures(QWidget* parent = nullptr);
    void showResult(const Task& task, const nlohmann::json& result) override;
    void restyle() override;

private:
    DensityMap* m_map;
    BinHistogram* m_residuals;
};

} // namespace millrace
