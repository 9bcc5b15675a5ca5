// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "session/Session.h"
#include "widgets/Widgets.h"

#include <QStringList>
#include <memory>

class QLabel;
class QLineEdit;

namespace millrace
{

class RecordFormat;
class RowsModel;

/// One record by hand, as a record's value or as a value for each feature, and what a run's model says to it.
class HandPrediction : public Card
{
    Q_OBJECT
public:
    explicit HandPrediction(Session& session, QWidget* parent = nullptr);
    void setRun(const QString& run); ///< asks for its features

private:
    void showFormat(std::shared_ptr<RecordFormat> format);
    void showValues();
    void takeValue(int row, const QString& value);
    [[nodiscard]] QString valueOf(const std::string& feature) const;
    [[nodiscard]] QString lineOf(const QStringList& values) const;
    void predict();
    void say(const QString& text, const char* role);

    Session& m_session;
    QString m_run;
    Task m_named;                           ///< of the run, with names for its classes
    std::shared_ptr<RecordFormat> m_format; ///< of the run's records; null without a run
    QLineEdit* m_line;
    QStringList m_columns; ///< of the record that is written there
    QPushButton* m_predict;
    RowsModel* m_values;
    QLabel* m_said;
};

} // namespace millrace
