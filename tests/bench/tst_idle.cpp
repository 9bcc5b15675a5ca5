// SPDX-License-Identifier: GPL-3.0-or-later
// Measures the processor time of a window in which nothing is under way, page by page, in percent of a core: untouched,
// after a training of 20,000 points, and after a live stream where there is a broker. Never fails on a time.
#include "Figures.h"

#include "session/Session.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Samples.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <cstdio>
#include <sys/resource.h>

using namespace millrace;

namespace
{

constexpr int kPoints = 20'000, kSettled = 1'500, kMeasured = 5'000, kWait = 120'000; ///< milliseconds
constexpr int kStreamed = 10'000;

/// Of this process, all its threads.
double cpuMilliseconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

/// Qt Test's own waiting looks around a hundred times a second.
void rest(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

double idlePercent()
{
    rest(kSettled);
    QElapsedTimer timer;
    timer.start();
    const double before = cpuMilliseconds();
    rest(kMeasured);
    return 100 * (cpuMilliseconds() - before) / static_cast<double>(timer.elapsed());
}

void measurePages(MainWindow& window, const std::string& state, nlohmann::ordered_json& figures)
{
    for (const QString& key : window.pageKeys()) {
        window.showPage(key);
        figures["idle_percent_" + state + '_' + key.toStdString()] = idlePercent();
    }
}

bool trains(Session& session)
{
    Job* job = startJob(session, "train", "Training on susy-train", {{"topic", "susy-train"}},
                        [](JobContext& context) -> Result<nlohmann::json> {
                            for (int step = 0; step < kPoints; ++step)
                                context.metrics.add(pointAt(step));
                            return nlohmann::json{{"seconds", 1.6}};
                        });
    return QTest::qWaitFor([job] { return !job->isLive(); }, kWait);
}

/// False where there is no broker to start.
bool streams(Session& session, MainWindow& window)
{
    window.showPage("stream");
    QTest::mouseClick(window.findChild<QPushButton*>("streamStartButton"), Qt::LeftButton);
    if (!QTest::qWaitFor([&] { return session.latest("online") != nullptr; }, kWait))
        return false;
    QTest::qWait(kStreamed);
    QTest::mouseClick(window.findChild<QPushButton*>("streamStopButton"), Qt::LeftButton);
    if (!QTest::qWaitFor([&] { return session.liveJobs().isEmpty(); }, kWait))
        return false;
    session.cluster().stop();
    return QTest::qWaitFor([&] { return session.cluster().state() == LocalCluster::State::Stopped; }, kWait);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const QTemporaryDir home;
    applyTheme(application, "light");
    SessionOptions options;
    options.home = home.path().toStdString();
    Session session(options);
    MainWindow window(session);
    window.show();
    if (!QTest::qWaitForWindowExposed(&window))
        return 1;
    nlohmann::ordered_json figures;
    measurePages(window, "untouched", figures);
    if (!trains(session))
        return 1;
    measurePages(window, "trained", figures);
    if (streams(session, window))
        measurePages(window, "streamed", figures);
    else
        std::fprintf(stderr, "no live stream: there is no broker\n");
    printFigures(figures);
    return 0;
}
