// SPDX-License-Identifier: GPL-3.0-or-later
// Measures what the budgets name and prints it as a table and as one line of JSON; never fails on a time. What is a
// ratio is measured side by side by `millrace bench`; here stands what needs a window: how soon it is up, what its
// events cost while training runs at full speed, the tutorial's seconds by step, and the peak of memory.
#include "session/Experiment.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"

#include <QApplication>
#include <QDropEvent>
#include <QElapsedTimer>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sys/resource.h>

using namespace millrace;

namespace
{

constexpr int kWait = 300000, kSizeWait = 3600000;

double threadCpuMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Notes the processor time of each event that the GUI thread handles; nested ones count to the outer one.
class MeasuringApplication : public QApplication
{
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (m_depth > 0 || !measuring)
            return QApplication::notify(receiver, event);
        ++m_depth;
        const int type = event->type(); // of a deferred deletion the receiver is gone afterwards
        const std::string name =
            receiver->metaObject()->className() + std::string(" ") + receiver->objectName().toStdString();
        const double before = threadCpuMilliseconds();
        const bool handled = QApplication::notify(receiver, event);
        costs.push_back(threadCpuMilliseconds() - before);
        if (costs.back() > dearestCost) {
            dearestCost = costs.back();
            dearest = name + ", event " + std::to_string(type);
        }
        --m_depth;
        return handled;
    }
    bool measuring = false;
    std::vector<double> costs;
    double dearestCost = 0;
    std::string dearest;

private:
    int m_depth = 0;
};

double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::ranges::sort(values);
    return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

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
        return session.start("evaluate", {{"run", "train"}, {"topic", published["test-topic"]}, {"group", "size"}}) &&
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
        m_application.costs.clear();
        m_application.dearestCost = 0;
        m_application.measuring = true;
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
                    m_application.measuring = false; // the picture itself is no event of the window
                    m_window.grab().save("size-reading.png");
                    m_application.measuring = true;
                }
                return !job->isLive();
            },
            kSizeWait);
        QTest::qWait(200); // what the result makes the window do
        m_application.measuring = false;
        if (!ended || job->state() != Job::State::Done) {
            std::fprintf(stderr, "%s failed: %s\n", kind, describe(job->error()).c_str());
            return false;
        }
        std::printf("%-10s %8.1f s  peak %6.0f MB  %7zu GUI events, CPU ms: 99.9 %% %6.2f, most %6.2f\n", kind,
                    job->result()["seconds"].get<double>(), peakMemory(), m_application.costs.size(),
                    quantile(m_application.costs, 0.999), quantile(m_application.costs, 1));
        std::printf("           the dearest: %s\n", m_application.dearest.c_str());
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
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, home.path());
    applyTheme(application, "light");
    SessionOptions options;
    options.home = home.path().toStdString();
    Session session(options);
    MainWindow window(session);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window))
        return 1;
    const qint64 windowUp = timer.elapsed();

    if (argc == 3 && std::strcmp(argv[1], "--size") == 0)
        return SizeBench(application, window, argv[2]).run(session) ? 0 : 1;
    window.showPage("train");
    application.measuring = true;
    ExperimentRun* run = window.runExperiment(tutorialExperiment({}, 100000, 10, 1, home.path().toStdString()));
    if (run == nullptr || !QTest::qWaitFor([&] { return !run->isLive(); }, kWait) || !run->succeeded()) {
        std::fprintf(stderr, "the tutorial failed: %s\n", run == nullptr ? "" : describe(run->error()).c_str());
        return 1;
    }
    application.measuring = false;

    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const nlohmann::json result = run->result();
    nlohmann::json figures = {{"window_up_ms", windowUp},
                              {"gui_events", application.costs.size()},
                              {"gui_event_cpu_ms_median", quantile(application.costs, 0.5)},
                              {"gui_event_cpu_ms_p999", quantile(application.costs, 0.999)},
                              {"gui_event_cpu_ms_max", quantile(application.costs, 1)},
                              {"peak_memory_mb", static_cast<double>(usage.ru_maxrss) / 1024},
                              {"tutorial_seconds", result["seconds"]},
                              {"tutorial_auc", result["test"]["auc"]},
                              {"best_auc", result["simulate"]["best"]["auc"]}};
    for (const auto& step : result["steps"])
        figures["step_" + step["step"].get<std::string>() + "_seconds"] = step["seconds"];
    for (const auto& [name, value] : figures.items())
        std::printf("%-28s %s\n", name.c_str(), value.dump().c_str());
    std::printf("%s\nTotals: 1 passed, 0 failed, 0 skipped\n", figures.dump().c_str());
    return 0;
}
