// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/RunCatalog.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QStackedWidget;
class QTabBar;

namespace millrace
{

class DataTable;
class RowsModel;
class RunCurves;

/// What is known of one run: of one that learns its epochs, as a table and as curves, of an evaluation its scores and
/// its confusion; and of each its configuration and columns.
class RunDetails : public QWidget
{
    Q_OBJECT
public:
    explicit RunDetails(QWidget* parent = nullptr);
    /// nullptr: none is selected. soFar: what is kept of one without a result (pipeline/runs/RunSoFar.h), else empty.
    void showRun(const RunInfo* run, const nlohmann::json& soFar);
    void restyle();

private:
    QWidget* makeFigures();
    QWidget* makeTexts();
    void showEpochs(const RunInfo* run, const nlohmann::json& result);
    void showScores(const nlohmann::json& result);
    void showConfusion(const RunInfo& run, const nlohmann::json& result);
    void showColumns(const RunInfo* run);
    void showFigure(int tab);

    QLabel* m_said;
    QTabBar* m_tabs;
    QStackedWidget* m_figures;
    RowsModel *m_epochs, *m_confusion, *m_columns;
    DataTable *m_epochView, *m_confusionView, *m_columnView;
    RunCurves* m_curves;
    QPlainTextEdit* m_text;
    bool m_isScored = false; ///< scores and confusion in place of epochs and curves
};

} // namespace millrace
