// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"
#include "widgets/Widgets.h"

#include <nlohmann/json.hpp>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace millrace
{

/// What a training reads and how it learns, as a form; and the data path's numbers while it runs. Two modes share the
/// fields, each with values of its own: "train" (from offsets) and "online" (as a consumer group).
class TrainForm : public FormPanel
{
    Q_OBJECT
public:
    explicit TrainForm(QWidget* parent = nullptr);

    [[nodiscard]] std::string kind() const;       ///< "train" or "online"
    [[nodiscard]] nlohmann::json section() const; ///< of the current mode, for Session::start
    void saveTo(nlohmann::json& sections) const;
    void loadFrom(const nlohmann::json& sections);
    void setTopics(const QStringList& topics);
    void setParents(const QStringList& runs);
    void setLive(bool live); ///< only the rates can be changed then
    void showProgress(const Progress& progress);
    [[nodiscard]] QString topic() const;
    bool suggestTopic(const QString& topic); ///< fills an empty field

signals:
    void learningRateEntered(double rate);
    void maxRateEntered(double recordsPerSecond); ///< 0: as fast as it goes
    void modeChanged();

private:
    void makeFields();
    void addStreamRows();
    void addLearningRows();
    void changeMode();
    void read(nlohmann::json& section) const;
    void fill(const nlohmann::json& section);
    void checkRate();
    void makeOnlineFields();
    [[nodiscard]] QList<QWidget*> onlineFields() const;

    nlohmann::json m_train, m_online;
    bool m_onlineUsed = false;
    std::string m_shown = "train"; ///< the mode whose values the fields hold
    QComboBox* m_mode;
    QComboBox* m_topic;
    QSpinBox* m_partition;
    QComboBox* m_from;
    QComboBox* m_until;
    QLineEdit* m_group;
    QSpinBox* m_records;
    QSpinBox* m_linger;
    QSpinBox* m_passes;
    QComboBox* m_detectors;
    QComboBox* m_onDrift;
    QComboBox* m_normalise;
    QLineEdit* m_skipLag;
    QLineEdit* m_watch;
    QComboBox* m_labelTopic;
    QComboBox* m_labelJoin;
    QLineEdit* m_maxRate;
    QComboBox* m_parent;
    QSpinBox* m_shuffle;
    QSpinBox* m_batch;
    QSpinBox* m_epochs;
    QComboBox* m_optimizer;
    QLineEdit* m_rate;
    QLineEdit* m_seed;
    QLineEdit* m_run;
    QCheckBox* m_goOn;
    QLabel* m_consumed;
    QLabel* m_queue;
    QLabel* m_trained;
    QLabel* m_limited;
    QLabel* m_rejected;
};

} // namespace millrace
