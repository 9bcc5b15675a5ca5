// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "pages/SectionPage.h"

class QLabel;

namespace millrace
{

class Card;
class HandPrediction;
class RowsModel;
class Tile;

/// Predicts a topic's records into another topic: rates, progress, the last predictions; and one record by hand.
class PredictPage final : public SectionPage
{
    Q_OBJECT
public:
    PredictPage(Session& session, Shell& shell);

    void tick() override;

private:
    void addDataPath();
    QWidget* makeRight();
    Card* makeLastCard();
    void forget() override;
    void askForTask();
    void runsOffered(const QStringList& runs) override;
    void runChosen() override;
    [[nodiscard]] bool needsRun() const override;
    void showLast();
    void showColumns(const Task& task);

    Task m_task, m_named;  ///< of the shown predictions; of the run, with names for its classes
    QStringList m_carried; ///< spectators that they have
    QLabel* m_rejected;
    QLabel* m_transactions;
    QLabel *m_seconds, *m_written;
    Tile* m_predicted;
    Tile* m_rate;
    Tile* m_left;
    Tile* m_timeLeft;
    RowsModel* m_last;
    HandPrediction* m_hand;
};

} // namespace millrace
