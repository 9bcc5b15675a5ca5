// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <nlohmann/json.hpp>

class QCheckBox;

namespace millrace
{

class SectionForm;

/// How a file becomes topics: which rows, how many of them for testing, where they go, and with which key.
class PublishForm : public Card
{
    Q_OBJECT
public:
    explicit PublishForm(QWidget* parent = nullptr);

    /// Columns to choose a key from, topics named after the file unless named by hand, and what verdictOf() said.
    /// result: of the job "summarize".
    void showSummary(const Schema& schema, const nlohmann::json& result, const QString& verdict);
    /// What can be learnt, and what is not sent; looks at all columns, so off the GUI thread. Empty where nothing can.
    [[nodiscard]] static QString verdictOf(const Schema& schema, const nlohmann::json& result);
    [[nodiscard]] nlohmann::json section() const; ///< "publish", without what is said of the file
    void load(const nlohmann::json& section);     ///< absent keys have their defaults
    /// Partition counts as an experiment's "topics" tell them.
    void loadTopics(const nlohmann::json& topics);
    void beginAnew();          ///< another file: the next schema names the topics
    void setRows(qint64 rows); ///< −1 all
    [[nodiscard]] qint64 rows() const;
    [[nodiscard]] QString trainTopic() const;
    /// Whether the file stands there in part, so that the rest can be sent; chosen where it is offered.
    void offerResume(bool offered);
    [[nodiscard]] bool resumes() const;

signals:
    void trainTopicNamed();

private:
    void nameTopic(const std::string& key, QString& given, const QString& name);
    [[nodiscard]] bool hasSeveralPartitions() const;
    void showKeyEffect();
    void takeAdvice(const nlohmann::json& result);
    void chooseAdvised();
    void showSplit();

    SectionForm* m_form;
    QCheckBox* m_resume;
    QLabel *m_effect, *m_verdict, *m_split;
    QString m_advisedKind, m_advisedColumn,
        m_advisedWhy;                  ///< the split that fits the table; empty: nothing speaks for one
    QString m_existing;                ///< what an experiment file says of topics that hold records; kept for it
    QString m_givenTrain, m_givenTest; ///< names that the form chose; a person's own are kept
    bool m_isLoaded = false;           ///< a section says all of it, also that there is no test part
};

} // namespace millrace
