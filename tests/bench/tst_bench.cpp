// SPDX-License-Identifier: GPL-3.0-or-later
// Measures what the budgets name and prints it as a table and as one line of JSON; never fails on a time. What is a
// ratio is measured side by side by `millrace bench`; here stands what needs a window: how soon it is up, what its
// events cost and how late its timers are while training runs at full speed, with few points and with a million, on
// each page that moves; the tutorial's seconds by step, and the peak of memory.
#include "Figures.h"

#include "charts/LineChart.h"
#include "session/ExperimentRun.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"

#include <QApplication>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QMimeData>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <cstdio>
#include <cstring>
#include <fstream>

using namespace millrace;

namespace
{

constexpr int kWait = 300'000, kSizeWait = 3'600'000, kMeasured = 10'000; ///< milliseconds
constexpr int kMillion = 1'000'000;

/// The most memory that this process had since the last call, in MB.
double peakMemory()
{
    double peak = 0;
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            peak = std::stod(line.substr(6)) / 1024;
    std::ofstream("/proc/self/clear_refs") << 5;
    return peak;
}

/// Notes the processor time of each event that the GUI thread handles; nested ones count to the outer one. Notes how
/// late a timer of 10 ms is, too: what waits for its turn waits that long.
class MeasuringApplication : public QApplication
{
public:
    MeasuringApplication(int& argc, char** argv) : QApplication(argc, argv)
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_lateness.push_back(static_cast<double>(m_sinceTimer.nsecsElapsed()) / 1e6 - m_timer.interval());
            m_sinceTimer.start();
        });
    }
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0 || !m_timer.isActive())
            return QApplication::notify(receiver, event);
        ++m_depth;
        const int type = event->type(); // of a deferred deletion the receiver is gone afterwards
        const std::string name =
            receiver->metaObject()->className() + std::string(" ") + receiver->objectName().toStdString();
        const double before = threadCpuMilliseconds();
        const bool handled = QApplication::notify(receiver, event);
        m_costs.push_back(threadCpuMilliseconds() - before);
        if (m_costs.back() > m_dearestCost) {
            m_dearestCost = m_costs.back();
            m_dearest = name + ", event " + std::to_string(type);
        }
        --m_depth;
        return handled;
    }
    void begin()
    {
        m_costs.clear();
        m_dearestCost = 0;
        m_lateness.clear();
        m_sinceTimer.start();
        m_timer.start(10);
    }
    void pause(bool on)
    {
        m_sinceTimer.start();
        if (on)
            m_timer.stop();
        else
            m_timer.start();
    }
    [[nodiscard]] const std::vector<double>& costs() const { return m_costs; }
    [[nodiscard]] const std::string& dearest() const { return m_dearest; }
    void end(nlohmann::ordered_json& figures, const std::string& name)
    {
        m_timer.stop();
        figures[name + "_events"] = m_costs.size();
        figures[name + "_event_cpu_ms_median"] = quantile(m_costs, 0.5);
        figures[name + "_event_cpu_ms_p999"] = quantile(m_costs, 0.999);
        figures[name + "_event_cpu_ms_max"] = quantile(m_costs, 1);
        figures[name + "_dearest_event"] = m_dearest;
        figures[name + "_late_ms_median"] = std::max(0.0, quantile(m_lateness, 0.5));
        figures[name + "_late_ms_p999"] = quantile(m_lateness, 0.999);
        figures[name + "_late_ms_max"] = quantile(m_lateness, 1);
    }

private:
    QTimer m_timer;
    QElapsedTimer m_sinceTimer;
    std::vector<double> m_costs, m_lateness;
    double m_dearestCost = 0;
    std::string m_dearest;
    int m_depth = 0;
};

/// Trains with batches of one, the fastest way to make points, until the charts of the page Train hold a million; then
/// looks at each page that moves, and drags the smoothing, while the training goes on.
bool measureMillion(MeasuringApplication& application, Session& session, MainWindow& window,
                    nlohmann::ordered_json& figures)
{
    window.showPage("train");
    const auto job = session.start("train", {{"topic", "susy-train"}, {"batch", 1}, {"epochs", 1000}});
    const auto* chart = window.findChild<LineChart*>("trainLossChart");
    QElapsedTimer timer;
    timer.start();
    if (!job || !QTest::qWaitFor([&] { return chart->pointCount(0) >= kMillion || !(*job)->isLive(); }, kWait) ||
        !(*job)->isLive())
        return false;
    figures["million_points_seconds"] = static_cast<double>(timer.elapsed()) / 1e3;
    application.begin();
    QTest::qWait(kMeasured);
    application.end(figures, "train_million");

    auto* smoothing = window.findChild<QSlider*>("trainSmoothingSlider");
    application.begin();
    for (int i = 0; i < kMeasured / 50; ++i) {
        smoothing->setValue(i % smoothing->maximum());
        QTest::qWait(50);
    }
    application.end(figures, "train_million_smoothing");

    for (const char* page : {"start", "cluster"}) {
        application.begin();
        window.showPage(page);
        window.findChild<QTabBar*>("clusterTabs")->setCurrentIndex(1);
        auto* groups = window.findChild<QTableView*>("groupTable");
        if (page == std::string("cluster") &&
            QTest::qWaitFor([&] { return groups->model()->rowCount() > 0; }, kMeasured))
            groups->selectRow(0);
        QTest::qWait(kMeasured);
        application.end(figures, page);
    }
    (*job)->stop();
    return QTest::qWaitFor([&] { return !(*job)->isLive(); }, kWait);
}

/// A file of any size is dropped on the window, looked at, published, trained on for an epoch and evaluated: the peak
/// of memory and the dearest GUI events of each step, and the page while it reads.
class SizeBench
{
public:
    SizeBench(MeasuringApplication& application, MainWindow& window, QString file)
        : m_application(application), m_window(window), m_file(std::move(file))
    {
    }

    bool run(Session& session)
    {
        m_window.showPage("data");
        // The window makes its other pages in idle moments; that belongs to its start.
        if (!QTest::qWaitFor([this] { return m_window.findChildren<Page*>().size() == 8; }, kWait))
            return false;
        begin();
        drop();
        if (!finished(session, "summarize", true))
            return false;
        m_window.grab().save("size-summary.png");
        session.cluster().start(session.clusterOptions());
        if (!QTest::qWaitFor([&] { return session.hasBroker(); }, kWait))
            return false;
        begin();
        QTest::mouseClick(m_window.findChild<QPushButton*>("dataPublishButton"), Qt::LeftButton);
        if (!finished(session, "publish", false))
            return false;
        const nlohmann::json published = session.latest("publish")->section();
        m_window.showPage("train");
        begin();
        if (!session.start("train", {{"topic", published["topic"]}, {"epochs", 1}}) ||
            !finished(session, "train", false))
            return false;
        begin();
        return session.start("evaluate",
                             {{"run", published["topic"]}, {"topic", published["test-topic"]}, {"group", "size"}}) &&
               finished(session, "evaluate", false);
    }

private:
    void drop()
    {
        auto* zone = m_window.findChild<QWidget*>("dataDropZone");
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(m_file)});
        QDragEnterEvent enter(QPoint(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(zone, &enter);
        QDropEvent event(QPointF(20, 20), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(zone, &event);
    }

    void begin()
    {
        m_application.begin();
        peakMemory();
    }

    bool finished(Session& session, const char* kind, bool photographed)
    {
        Job* job = session.latest(kind);
        if (job == nullptr)
            return false;
        bool taken = !photographed;
        const bool ended = QTest::qWaitFor(
            [&] {
                if (!taken && job->progress().fraction > 0.4) {
                    taken = true;
                    m_application.pause(true); // the picture itself is no event of the window
                    m_window.grab().save("size-reading.png");
                    m_application.pause(false);
                }
                return !job->isLive();
            },
            kSizeWait);
        QTest::qWait(200); // what the result makes the window do
        m_application.pause(true);
        if (!ended || job->state() != Job::State::Done) {
            std::fprintf(stderr, "%s failed: %s\n", kind, describe(job->error()).c_str());
            return false;
        }
        std::printf("%-10s %8.1f s  peak %6.0f MB  %7zu GUI events, CPU ms: 99.9 %% %6.2f, most %6.2f\n", kind,
                    job->result()["seconds"].get<double>(), peakMemory(), m_application.costs().size(),
                    quantile(m_application.costs(), 0.999), quantile(m_application.costs(), 1));
        std::printf("           the dearest: %s\n", m_application.dearest().c_str());
        return true;
    }

    MeasuringApplication& m_application;
    MainWindow& m_window;
    QString m_file;
};

} // namespace

int main(int argc, char** argv)
{
    QElapsedTimer timer;
    timer.start();
    MeasuringApplication application(argc, argv);
    QTemporaryDir home;
    applyTheme(application, "light");
    SessionOptions options;
    options.home = home.path().toStdString();
    Session session(options);
    MainWindow window(session);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window))
        return 1;
    nlohmann::ordered_json figures;
    figures["window_up_ms"] = timer.elapsed();

    if (argc == 3 && std::strcmp(argv[1], "--size") == 0)
        return SizeBench(application, window, argv[2]).run(session) ? 0 : 1;
    window.showPage("train");
    application.begin();
    ExperimentRun* run = window.runExperiment(tutorialExperiment({}, 100000, 10, 1, home.path().toStdString()));
    if (run == nullptr || !QTest::qWaitFor([&] { return !run->isLive(); }, kWait) || !run->succeeded()) {
        std::fprintf(stderr, "the tutorial failed: %s\n", run == nullptr ? "" : describe(run->error()).c_str());
        return 1;
    }
    application.end(figures, "tutorial");
    const nlohmann::json result = run->result();
    figures["tutorial_seconds"] = result["seconds"];
    figures["tutorial_auc"] = result["test"]["auc"];
    figures["best_auc"] = result["simulate"]["best"]["auc"];
    for (const auto& step : result["steps"])
        figures["step_" + step["step"].get<std::string>() + "_seconds"] = step["seconds"];

    figures["tutorial_peak_memory_mb"] = peakMemory();

    if (!measureMillion(application, session, window, figures)) {
        std::fprintf(stderr, "the training of a million steps failed\n");
        return 1;
    }
    figures["million_peak_memory_mb"] = peakMemory();
    printFigures(figures);
    return 0;
}
