// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

#include <QPointer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace millrace
{

class Banner;
class RejectedBanner;
class Card;
class FormPanel;
class HandPrediction;
class RowsModel;
class Tile;

/// Predicts a topic's records into another topic: rates, progress, the last predictions; and one record by hand.
/// Follows the newest prediction, whoever started it.
class PredictPage : public Page
{
    Q_OBJECT
public:
    PredictPage(Session& session, Shell& shell);

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections) override;
    void tick() override;
    void entered() override;

private:
    void makeHead();
    FormPanel* makeForm();
    QWidget* makeRight();
    Card* makeLastCard();
    [[nodiscard]] nlohmann::json section() const;
    void start();
    void useNewGroup();
    void follow(Job* job);
    void showState();
    void showResult();
    void showLast();

    QPointer<Job> m_job;
    QComboBox* m_run;
    QComboBox* m_topic;
    QLineEdit* m_group;
    QComboBox* m_until;
    QComboBox* m_to;
    QComboBox* m_format;
    QSpinBox* m_interval;
    QLabel* m_rejected;
    QLabel* m_transactions;
    QLabel* m_seconds;
    QPushButton* m_start;
    QPushButton* m_pause;
    QPushButton* m_stop;
    Chip* m_runChip;
    Banner* m_banner;
    RejectedBanner* m_rejectedBanner;
    bool m_offersGroup = false; ///< the banner's button makes a new group, else it opens the cluster's page
    Tile* m_predicted;
    Tile* m_rate;
    Tile* m_left;
    Tile* m_timeLeft;
    RowsModel* m_last;
    HandPrediction* m_hand;
};

} // namespace millrace
