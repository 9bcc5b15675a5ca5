// SPDX-License-Identifier: GPL-3.0-or-later
// A window in which nothing is under way draws nothing: neither its pages before they did anything, nor those that show
// what a training, an experiment or a stream has left.
#include "Waiting.h"
#include "models/StreamCurves.h"
#include "pages/StreamCharts.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Samples.h"
#include "ui/WindowBench.h"
#include "widgets/StepRow.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>

using namespace millrace;

namespace
{

constexpr int kTicks = 20, kPoints = 20'000;

/// Which widgets are drawn, each as often as it is.
class Drawn : public QObject
{
public:
    Drawn() { qApp->installEventFilter(this); }
    QStringList names;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Paint || event->type() == QEvent::UpdateRequest)
            names << QLatin1String(watched->metaObject()->className()) + ' ' + watched->objectName();
        return false;
    }
};

/// What is queued when something changes is drawn within one turn of the event loop, and its layout in the next.
void turnTheLoop()
{
    for (int turn = 0; turn < 3; ++turn)
        QCoreApplication::processEvents();
}

/// Nothing has been drawn for a while; what comes in pieces (lists that were asked for, scroll bars) has come.
bool settles()
{
    Drawn drawn;
    QElapsedTimer quiet;
    quiet.start();
    qsizetype seen = 0;
    return QTest::qWaitFor(
        [&] {
            if (std::exchange(seen, drawn.names.size()) != drawn.names.size())
                quiet.start();
            return quiet.hasExpired(200);
        },
        kPatience);
}

} // namespace

class AtRestTest : public QObject, private WindowBench
{
    Q_OBJECT
private slots:
    void initTestCase() { QApplication::setCursorFlashTime(0); } // a caret may blink
    void init();
    void cleanup() { closeWindow(); }
    void anUntouchedWindow();
    void afterATraining();
    void afterAnExperiment();
    void afterAStream();
    void aStepThatIsAsItWas();

private:
    void lookAtPages();
};

void AtRestTest::init()
{
    openWindow();
    TRY_COMPARE(m_window->findChildren<Page*>().size(), m_window->pageKeys().size());
}

void AtRestTest::lookAtPages()
{
    for (const QString& key : m_window->pageKeys()) {
        m_window->showPage(key);
        QVERIFY2(settles(), qPrintable(key));
        Drawn drawn;
        for (int tick = 0; tick < kTicks; ++tick) {
            m_window->page(key)->tick();
            turnTheLoop();
        }
        QVERIFY2(drawn.names.isEmpty(), qPrintable(key + "\n" + drawn.names.join('\n')));
    }
}

void AtRestTest::anUntouchedWindow()
{
    lookAtPages();
}

void AtRestTest::afterATraining()
{
    const Job* job = startJob(*m_session, "train", "Training on susy-train", {{"topic", "susy-train"}},
                              [](JobContext& context) -> Result<nlohmann::json> {
                                  for (int step = 0; step < kPoints; ++step)
                                      context.metrics.add(pointAt(step));
                                  context.report(progressAt(kEpochs * kSteps));
                                  return nlohmann::json{{"seconds", 1.6}, {"parameters", 68481}};
                              });
    TRY_VERIFY(!job->isLive());
    emit m_session->jobFinished(const_cast<Job*>(job)); // as the session tells of a job that it has started
    lookAtPages();
}

/// Start shows its steps, of which the last one is refused.
void AtRestTest::afterAnExperiment()
{
    write(m_home->filePath("small.csv"), smallTable());
    ExperimentRun* run = m_window->runExperiment({"small",
                                                  {{"cluster", {{"brokers", "127.0.0.1:1"}}},
                                                   {"data", {{"file", m_home->filePath("small.csv").toStdString()}}}}});
    QVERIFY(run != nullptr);
    TRY_VERIFY(!run->isLive());
    lookAtPages();
}

void AtRestTest::afterAStream()
{
    m_window->hide();
    StreamCharts charts;
    charts.resize(900, 600);
    for (int second = 0; second < 400; ++second) {
        for (int trace = 0; trace < StreamCharts::kTraces; ++trace)
            charts.add(trace, second, trace >= StreamCharts::RateIn ? 5000 + second : 0.7 + 0.0001 * second);
        charts.refresh();
    }
    charts.addMark({200, "Rotation 40°", StreamMark::Kind::Turn});
    charts.refresh();
    charts.show();
    QVERIFY(QTest::qWaitForWindowExposed(&charts));
    QVERIFY(settles());
    Drawn drawn;
    for (int tick = 0; tick < kTicks; ++tick) {
        charts.refresh();
        turnTheLoop();
    }
    QVERIFY2(drawn.names.isEmpty(), qPrintable(drawn.names.join('\n')));
    charts.add(StreamCharts::RateIn, 400, 9000); // what is new is drawn
    charts.refresh();
    TRY_VERIFY(!drawn.names.isEmpty());
}

void AtRestTest::aStepThatIsAsItWas()
{
    m_window->hide();
    StepRow row(1, "Read the data", "Data");
    row.show(StepRow::State::Running, "half");
    static_cast<QWidget&>(row).show();
    QVERIFY(QTest::qWaitForWindowExposed(&row));
    QVERIFY(settles());
    Drawn drawn;
    for (int tick = 0; tick < kTicks; ++tick) {
        row.show(StepRow::State::Running, "half");
        turnTheLoop();
    }
    QVERIFY2(drawn.names.isEmpty(), qPrintable(drawn.names.join('\n')));
    row.show(StepRow::State::Done, "half");
    TRY_VERIFY(!drawn.names.isEmpty());
}

QTEST_MAIN(AtRestTest)
#include "tst_atrest.moc"
