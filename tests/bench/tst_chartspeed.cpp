// SPDX-License-Identifier: GPL-3.0-or-later
// A chart of 1,000,000 points, 1280 × 800, offscreen: what a frame takes while the mouse pans and the wheel zooms (from
// the mouse's event to the painted window), what appending takes, and how long a new smoothing is under way. Prints
// figures; never fails on a time.
#include "Figures.h"

#include "charts/Curve.h"
#include "charts/LineChart.h"
#include "style/Theme.h"

#include <qcustomplot.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <random>

using namespace millrace;

namespace
{

constexpr int kPoints = 1'000'000, kFrames = 300;

/// A loss as trainings have it: falls, is noisy, and jumps now and then.
std::vector<double> noisyLoss()
{
    std::mt19937 random(1);
    std::normal_distribution<double> noise(0, 0.06);
    std::vector<double> values;
    values.reserve(kPoints);
    for (int i = 0; i < kPoints; ++i)
        values.push_back(0.45 + 0.25 * std::exp(-i / 1.5e5) + noise(random) + (i % 97'001 == 0 ? 2.0 : 0.0));
    return values;
}

/// Milliseconds from an event until what it changed is painted: by the clock, and of this thread on a processor, which
/// tells more on a busy machine.
struct Frame {
    double wall, cpu;
};

template <class Action>
Frame frame(Action action)
{
    QElapsedTimer timer;
    timer.start();
    const double before = threadCpuMilliseconds();
    action();
    QApplication::processEvents();
    return {static_cast<double>(timer.nsecsElapsed()) / 1e6, threadCpuMilliseconds() - before};
}

void sendMouse(QWidget* widget, QEvent::Type type, QPointF at, Qt::MouseButton button, Qt::MouseButtons buttons)
{
    QMouseEvent event(type, at, widget->mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

void sendWheel(QWidget* widget, QPointF at, int delta)
{
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(widget, &event);
}

std::vector<Frame> pan(QWidget* plot)
{
    std::vector<Frame> frames;
    const QPointF middle(plot->width() / 2.0, plot->height() / 2.0);
    sendMouse(plot, QEvent::MouseButtonPress, middle, Qt::LeftButton, Qt::LeftButton);
    for (int i = 1; i <= kFrames; ++i) {
        const QPointF at = middle + QPointF(300 * std::sin(i * 0.1), 0);
        frames.push_back(frame([&] { sendMouse(plot, QEvent::MouseMove, at, Qt::NoButton, Qt::LeftButton); }));
    }
    sendMouse(plot, QEvent::MouseButtonRelease, middle, Qt::LeftButton, Qt::NoButton);
    return frames;
}

std::vector<Frame> zoom(QWidget* plot)
{
    std::vector<Frame> frames;
    const QPointF at(plot->width() * 0.4, plot->height() / 2.0);
    for (int i = 0; i < kFrames; ++i)
        frames.push_back(frame([&] { sendWheel(plot, at, i / 30 % 2 == 0 ? 120 : -120); }));
    return frames;
}

void note(nlohmann::ordered_json& figures, const std::string& name, const std::vector<Frame>& frames)
{
    std::vector<double> wall, cpu;
    double total = 0;
    for (const Frame& each : frames) {
        wall.push_back(each.wall);
        cpu.push_back(each.cpu);
        total += each.wall;
    }
    figures[name + "_ms_median"] = quantile(wall, 0.5);
    figures[name + "_ms_p99"] = quantile(wall, 0.99);
    figures[name + "_cpu_ms_median"] = quantile(cpu, 0.5);
    figures[name + "_cpu_ms_p99"] = quantile(cpu, 0.99);
    figures[name + "_frames_per_second"] = 1e3 * static_cast<double>(frames.size()) / total;
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    applyTheme(application, "light");
    const std::vector<double> loss = noisyLoss();
    nlohmann::ordered_json figures;
    for (const bool smoothed : {false, true}) {
        LineChart chart("Loss", "records", LineChart::Format::Number);
        chart.resize(1280, 800);
        const int raw = chart.addSeries({"per batch", Theme::current().loss, 1, smoothed ? 0.22 : 1});
        if (smoothed)
            chart.addSmoothed(raw, {"smoothed", Theme::current().loss, 1.8});
        QElapsedTimer timer;
        timer.start();
        for (std::size_t i = 0; i < loss.size(); ++i)
            chart.add(raw, static_cast<double>(i), loss[i]);
        const std::string name = smoothed ? "smoothed" : "raw";
        figures[name + "_append_ns"] = static_cast<double>(timer.nsecsElapsed()) / kPoints;
        chart.show();
        static_cast<void>(QTest::qWaitForWindowExposed(&chart));
        figures[name + "_first_cpu_ms"] = frame([&] { chart.refresh(); }).cpu;
        note(figures, name + "_pan_whole", pan(chart.plot()));
        note(figures, name + "_zoom", zoom(chart.plot()));
        chart.plot()->xAxis->setRange(4e5, 5e5);
        note(figures, name + "_pan_tenth", pan(chart.plot()));
        chart.plot()->xAxis->setRange(4e5, 4.01e5);
        note(figures, name + "_pan_thousand", pan(chart.plot()));
    }
    Curve curve;
    for (std::size_t i = 0; i < loss.size(); ++i)
        curve.append(static_cast<double>(i), loss[i]);
    constexpr std::size_t kSlice = 1 << 16; // as LineChart does
    std::vector<double> slices;
    for (bool done = false; !done;)
        slices.push_back(frame([&] { done = curve.thin(kSlice); }).cpu);
    figures["thin_slices"] = slices.size();
    figures["thin_slice_cpu_ms_median"] = quantile(slices, 0.5);
    figures["thin_slice_cpu_ms_max"] = quantile(slices, 1);
    printFigures(figures);
    return 0;
}
