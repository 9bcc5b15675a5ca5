// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLineEdit;
class QSpinBox;

namespace millrace
{

/// How a file becomes topics: which rows, how many of them for testing, where they go, and with which key.
class PublishForm : public Card
{
    Q_OBJECT
public:
    explicit PublishForm(QWidget* parent = nullptr);

    void setSchema(const Schema& schema); ///< columns to choose a key from; topics named after it unless named by hand
    [[nodiscard]] nlohmann::json section() const; ///< "publish", without file and schema
    void load(const nlohmann::json& section);
    /// Partition counts as an experiment's "topics" tell them.
    void loadTopics(const nlohmann::json& topics);
    void nameTopicsAnew();     ///< another file: the next schema names the topics
    void setRows(qint64 rows); ///< −1 all
    [[nodiscard]] qint64 rows() const;
    [[nodiscard]] QString trainTopic() const;
    /// Whether the file stands there in part, so that the rest can be sent; chosen where it is offered.
    void offerResume(bool offered);
    [[nodiscard]] bool resumes() const;
    /// What can be learnt of the file once it is published, in a sentence.
    void showVerdict(const QString& text, bool isWarning);

signals:
    void trainTopicNamed();

private:
    void addRow(const QString& label, QWidget* field, QWidget* second = nullptr);
    static void nameTopic(QLineEdit* field, QString& given, const QString& name);
    void setKey(const QString& key);
    void showTestKind();
    void showKeyEffect();

    QGridLayout* m_grid;
    QSpinBox* m_rows;
    QSpinBox* m_testShare;
    QComboBox* m_testKind;
    QLineEdit* m_trainTopic;
    QSpinBox* m_trainPartitions;
    QLineEdit* m_testTopic;
    QSpinBox* m_testPartitions;
    QComboBox* m_key;
    QComboBox* m_order;
    QSpinBox* m_seed;
    QComboBox* m_onError;
    QCheckBox* m_resume;
    QLabel *m_effect, *m_verdict;
    QString m_existing;                ///< what an experiment file says of topics that hold records; kept for it
    QString m_givenTrain, m_givenTest; ///< names that the form chose; a person's own are kept
};

} // namespace millrace
