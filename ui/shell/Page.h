// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"
#include "widgets/SectionForm.h"

#include <QWidget>

class QHBoxLayout;

namespace millrace
{

class Chip;
struct Experiment;
class ExperimentRun;
class Shell;

/// A page of the window: a heading row (title, chips, buttons on the right) above its content. Pages know the session
/// and, for going elsewhere, the shell; never each other. objectName is "<key>Page".
class Page : public QWidget
{
    Q_OBJECT
public:
    Page(const QString& key, const QString& title, Session& session, Shell& shell);

    [[nodiscard]] QString key() const { return m_key; }     ///< "train"
    [[nodiscard]] QString title() const { return m_title; } ///< "Train"

    /// The page's share of an experiment file: writes its sections ("train", …) into the object.
    virtual void saveTo(nlohmann::json& /*sections*/) const {}
    /// Fills the forms: from an experiment's sections whole, from what another page hands over as far as it goes.
    /// Absent sections are left as they are.
    virtual void loadFrom(const nlohmann::json& /*sections*/, Fill /*fill*/) {}
    /// Called every 50 ms while the page is visible and the shell's timer runs: drain metrics, update numbers. ≤ 16 ms.
    virtual void tick() {}
    /// Called when the page is shown: ask the cluster again, list the runs again.
    virtual void entered() {}
    /// The theme changed: charts and painted widgets take their colours again.
    virtual void restyle() {}

protected:
    void addChip(Chip* chip);            ///< beside the title
    void addHeadButton(QWidget* button); ///< right end of the heading row
    /// From now on, of a live job; 0: as fast as it goes.
    void changeMaxRate(Job* job, double recordsPerSecond);
    QWidget* body() { return m_body; } ///< put the page's layout here (margins are the page's)
    Session& session() { return m_session; }
    [[nodiscard]] const Session& session() const { return m_session; }
    Shell& shell() { return m_shell; }

private:
    QString m_key, m_title;
    Session& m_session;
    Shell& m_shell;
    QHBoxLayout* m_chips;
    QHBoxLayout* m_buttons;
    QWidget* m_body;
};

/// What pages may ask of the window.
class Shell
{
public:
    virtual ~Shell() = default;
    virtual void showPage(const QString& name) = 0;                         ///< "train" or "trainPage"
    virtual void showRun(const QString& folder) = 0;                        ///< on the page of runs
    [[nodiscard]] virtual QString pageTitle(const QString& name) const = 0; ///< "Train", as the user reads it
    virtual void say(const QString& text, bool isError = false) = 0;        ///< the status line
    /// The files of a table go to Data, a .millrace is opened.
    virtual void openFiles(const QStringList& paths) = 0;
    /// Forms of the other pages take these values (a run to evaluate, a topic to train from).
    virtual void prefill(const nlohmann::json& sections) = 0;
    virtual nlohmann::json collectSections() const = 0; ///< all pages' saveTo, for saving and running
    /// Runs the tutorial or an opened experiment; nullptr and a status line when one is running already.
    virtual ExperimentRun* runExperiment(Experiment experiment) = 0;
    virtual ExperimentRun* experimentRun() const = 0; ///< the live or last one, or nullptr
};

} // namespace millrace
