// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"
#include "widgets/Widgets.h"

#include <QStringList>

class QLabel;
class QLineEdit;

namespace millrace
{

class RowsModel;

/// One record by hand: a line of CSV, or a value for each feature, and what a run's model says to it.
class HandPrediction : public Card
{
    Q_OBJECT
public:
    explicit HandPrediction(Session& session, QWidget* parent = nullptr);
    void setRun(const QString& run); ///< asks for its features

private:
    void showFeatures(const QStringList& features);
    void showValues();
    void takeValue(int row, const QString& value);
    void predict();
    void say(const QString& text, const char* role);

    Session& m_session;
    QString m_run;
    QStringList m_features;
    QLineEdit* m_line;
    QPushButton* m_predict;
    RowsModel* m_values;
    QLabel* m_said;
};

} // namespace millrace
