// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"
#include "session/Session.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

namespace millrace
{

// What the window shows without a broker: files, run folders, and jobs whose work is the test's.

inline void write(const QString& path, const QByteArray& content)
{
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

/// Two features that depend on the class, a text that does not count, and two rows that cannot be read.
inline QByteArray smallTable()
{
    QByteArray csv = "class,energy,angle,site\n";
    for (int i = 0; i < 600; ++i) {
        const int label = i * 7 % 5 < 2 ? 1 : 0;
        const double wave = std::sin(i * 0.7) + std::sin(i * 1.3) + std::sin(i * 2.9);
        csv += QByteArray::number(label) + ',' + QByteArray::number(1.5 + 0.4 * wave + 0.5 * label, 'f', 4) + ',' +
               QByteArray::number(wave - 0.8 * label, 'f', 4) + (i % 3 ? ",north\n" : ",south\n");
    }
    return csv + "1,oops,0.5,north\n0,1.5\n";
}

inline constexpr int kEpochs = 4, kSteps = 200, kBatch = 64;

/// Points as a real training makes them: a falling loss with noise, accuracy, and what is left in each pass.
inline MetricPoint pointAt(int step)
{
    MetricPoint point;
    const double t = static_cast<double>(step) / (kEpochs * kSteps);
    const double noise = std::sin(step * 12.9898) * 0.035;
    point.step = step + 1;
    point.epoch = step / kSteps + 1;
    point.records = static_cast<std::int64_t>(step + 1) * kBatch;
    point.seconds = 0.002 * (step + 1);
    point.loss = point.lossMinimum = point.lossMaximum = 0.442 + 0.12 * std::exp(-t * 7) + noise;
    point.score = 0.795 - 0.05 * std::exp(-t * 7) - noise;
    point.lag = static_cast<std::int64_t>(kSteps - 1 - step % kSteps) * kBatch;
    return point;
}

inline Progress progressAt(int steps)
{
    Progress progress;
    progress.text = "epoch " + std::to_string((steps - 1) / kSteps + 1) + " of " + std::to_string(kEpochs);
    progress.fraction = static_cast<double>(steps) / (kEpochs * kSteps);
    progress.rate = progress.consumedRate = 118'400;
    progress.secondsLeft = 2;
    progress.epoch = (steps - 1) / kSteps + 1;
    progress.epochs = kEpochs;
    progress.records = static_cast<std::int64_t>(steps) * kBatch;
    progress.left = pointAt(steps - 1).lag;
    progress.queued = 14;
    progress.queueCapacity = 16;
    progress.limitedBy = "training";
    return progress;
}

inline nlohmann::json evaluation(bool nothingNew)
{
    nlohmann::json low = nlohmann::json::array(), high = nlohmann::json::array(), roc = nlohmann::json::array();
    for (int bin = 0; bin < 50; ++bin) {
        low.push_back(static_cast<int>(1500 * std::exp(-std::pow((bin - 11) / 9.0, 2))));
        high.push_back(static_cast<int>(1100 * std::exp(-std::pow((bin - 38) / 10.0, 2))));
    }
    for (int i = 0; i <= 100; ++i)
        roc.push_back({i / 100.0, std::pow(i / 100.0, 0.22)});
    nlohmann::json groups = nlohmann::json::array();
    for (int partition = 0; partition < 2; ++partition)
        groups.push_back({{"group", "testcg"},
                          {"topic", "susy-test"},
                          {"partition", partition},
                          {"current_offset", partition ? 18374 : 21626},
                          {"log_end_offset", partition ? 18374 : 21626},
                          {"lag", 0},
                          {"consumer_id", ""},
                          {"host", ""},
                          {"client_id", ""}});
    nlohmann::json result = {{"run", "20260131T123456Z-evaluate"},
                             {"parent", "20260131T123420Z-susy"},
                             {"group", "testcg"},
                             {"records", 40000},
                             {"rejected", 0},
                             {"loss", 0.4437},
                             {"accuracy", 0.7915},
                             {"auc", 0.8612},
                             {"approximate", true},
                             {"confusion", {{18500, 3126}, {5214, 13160}}},
                             {"roc", roc},
                             {"score_histogram", {low, high}},
                             {"groups", groups},
                             {"nothing_new", nothingNew},
                             {"seconds", 0.41},
                             {"best", {{"accuracy", 0.796}, {"loss", 0.4391}, {"auc", 0.8671}}}};
    if (nothingNew)
        result.update({{"records", 0}, {"loss", nullptr}, {"accuracy", nullptr}, {"auc", nullptr}});
    return result;
}

/// Of three classes, or of more than a matrix shows.
inline nlohmann::json evaluationOfClasses(int classes)
{
    nlohmann::json result = evaluation(false);
    for (const char* key : {"auc", "confusion", "roc", "score_histogram", "best"})
        result.erase(key);
    std::vector<std::vector<std::int64_t>> matrix;
    std::vector<std::int64_t> counts, predicted, correct;
    nlohmann::json cells = nlohmann::json::array();
    for (int i = 0; i < classes; ++i) {
        matrix.emplace_back(classes, 0);
        matrix.back()[i] = 900 - 13 * i;
        matrix.back()[(i + 1) % classes] = 60 + 7 * i;
        matrix.back()[(i + 2) % classes] = 15;
        cells.push_back({i, (i + 1) % classes, 60 + 7 * i});
        counts.push_back(975 - 6 * i);
        predicted.push_back(975);
        correct.push_back(900 - 13 * i);
    }
    result.update({{"task", "multi-class"},
                   {"scored", 2907},
                   {"auc", 0.9712},
                   {"balanced_accuracy", 0.9123},
                   {"macro_f1", 0.9089},
                   {"class_counts", counts}});
    if (classes <= 20)
        result["confusion"] = matrix;
    else
        result.update({{"class_predicted", predicted}, {"class_correct", correct}, {"confusion_cells", cells}});
    return result;
}

/// Of numbers, in m/s.
inline nlohmann::json evaluationOfNumbers()
{
    nlohmann::json result = evaluation(false);
    for (const char* key : {"loss", "accuracy", "auc", "confusion", "roc", "score_histogram", "best"})
        result.erase(key);
    constexpr int kWide = 52, kResidualBins = 200;
    std::vector<std::vector<std::int64_t>> cells(kWide, std::vector<std::int64_t>(kWide));
    for (int actual = 8; actual < 44; ++actual)
        for (int off = -5; off <= 5; ++off)
            cells[actual][actual + off * (actual % 3 + 1) / 3] += static_cast<int>(200 * std::exp(-off * off / 4.0));
    std::vector<std::int64_t> residuals(kResidualBins);
    for (int bin = 60; bin < 140; ++bin)
        residuals[bin] = static_cast<int>(900 * std::exp(-std::pow((bin - 101) / 11.0, 2)));
    result.update({{"task", "regression"},
                   {"scored", 40000},
                   {"unit", "m/s"},
                   {"loss", 0.2431},
                   {"rmse", 1.23456},
                   {"mae", 0.9},
                   {"r2", 0.7569},
                   {"median_error", 0.71},
                   {"predicted_actual", {{"from", -4.0}, {"to", 20.0}, {"counts", cells}}},
                   {"residuals", {{"from", -12.0}, {"to", 12.0}, {"counts", residuals}, {"below", 3}, {"above", 0}}}});
    return result;
}

/// A run of this task that names its classes.
inline void writeRunOf(const QString& home, const QString& folder, const char* kind, const char* topic,
                       const nlohmann::json& task, nlohmann::json more = nlohmann::json::object())
{
    more.update({{"name", folder.section('-', 1).toStdString()},
                 {"kind", kind},
                 {"status", "done"},
                 {"started", "2026-01-31T12:34:56Z"},
                 {"task", task},
                 {"configuration", {{"topic", topic}}}});
    write(home + "/runs/" + folder + "/run.json", QByteArray::fromStdString(more.dump(1)));
}

/// As if the session had started it.
inline Job* startJob(Session& session, const QString& kind, const QString& title, nlohmann::json section,
                     Job::Work work)
{
    auto* job = new Job(kind, title, std::move(section), std::move(work), &session);
    emit session.jobStarted(job);
    return job;
}

inline void writeRun(const QTemporaryDir& home, const QString& folder, const char* kind, const char* status,
                     double accuracy, const nlohmann::json& more = nlohmann::json::object())
{
    nlohmann::json epochs = nlohmann::json::array();
    for (int i = 1; i <= 10; ++i)
        epochs.push_back(
            {{"epoch", i}, {"records", 60000}, {"loss", 0.5 - 0.005 * i}, {"accuracy", 0.78}, {"seconds", 1.1}});
    nlohmann::json run = {
        {"name", folder.section('-', 1).toStdString()},
        {"kind", kind},
        {"status", status},
        {"started", "2026-01-31T12:34:56Z"},
        {"configuration", {{"topic", "susy-train"}, {"epochs", 10}, {"batch", 64}, {"preset", "tutorial"}}},
        {"result", {{"records", 600000}, {"loss", 0.4471}, {"accuracy", accuracy}, {"per_epoch", epochs}}}};
    run["result"].update(more);
    write(home.filePath("runs/" + folder + "/run.json"), QByteArray::fromStdString(run.dump(1)));
}

} // namespace millrace
