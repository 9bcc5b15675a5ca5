// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"
#include "widgets/SectionForm.h"

class QComboBox;

namespace millrace
{

/// What a training reads and how it learns, as a form; and the data path's numbers while it runs. Two modes, each with
/// the form of its section: "train" (from offsets) and "online" (as a consumer group).
class TrainForm : public FormPanel
{
    Q_OBJECT
public:
    explicit TrainForm(QWidget* parent = nullptr);

    [[nodiscard]] std::string kind() const;       ///< "train" or "online"
    [[nodiscard]] nlohmann::json section() const; ///< of the current mode, for Session::start
    void saveTo(nlohmann::json& sections) const;
    void loadFrom(const nlohmann::json& sections, Fill fill);
    /// What a job was started with, but not what it began from: the same again would be a new training.
    void showJob(const std::string& kind, nlohmann::json section);
    [[nodiscard]] bool isEdited() const; ///< since showJob()
    /// For another table: nothing of what was said of the one before.
    void beginAnew(const nlohmann::json& train);
    void forgetName();                  ///< of the run: another topic's is called otherwise
    void setWhose(const QString& text); ///< above the fields
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
    void edited(const QString& key); ///< by a person

private:
    void addDataPath();
    void changeMode();
    void take(const QString& key, const QString& written);
    [[nodiscard]] SectionForm& shown() const;

    FormPanel* m_dataPath;
    QComboBox* m_mode;
    SectionForm *m_train, *m_online;
    QLabel* m_whose;
    nlohmann::json m_shownJob; ///< kind and section, as the form has them
    bool m_onlineUsed = false, m_isFilling = false;
    QLabel *m_consumed, *m_queue, *m_trained, *m_limited, *m_rejected;
};

} // namespace millrace
