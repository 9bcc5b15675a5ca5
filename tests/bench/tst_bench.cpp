// SPDX-License-Identifier: GPL-3.0-or-later
// Measures what the budgets name and prints it as a table and as one line of JSON; never fails on a time. What is a
// ratio is measured side by side by `millrace bench`; here stands what needs a window: how soon it is up, what its
// events cost while training runs at full speed, the tutorial's seconds by step, and the peak of memory.
#include "session/Experiment.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <sys/resource.h>

using namespace millrace;

namespace
{

constexpr int kWait = 300000;

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
        const double before = threadCpuMilliseconds();
        const bool handled = QApplication::notify(receiver, event);
        costs.push_back(threadCpuMilliseconds() - before);
        --m_depth;
        return handled;
    }
    bool measuring = false;
    std::vector<double> costs;

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
