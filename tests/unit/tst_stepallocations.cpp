// SPDX-License-Identifier: GPL-3.0-or-later
// A step of the learner allocates nothing once a batch of its size has been there: for every task, so for every loss,
// with every optimizer, alone and with threads. What stands around it in a run is tst_allocations' to watch.
#include "AllocatorHooks.h"
#include "EveryTask.h"
#include "base/Rng.h"
#include "train/Optimizers.h"

#include <QTest>
#include <atomic>

using namespace millrace;

namespace
{

constexpr std::size_t kRows = 64, kWidth = 18;

std::atomic<bool> g_counting{false};
std::atomic<int> g_count{0};

} // namespace

void noteAllocation()
{
    if (g_counting.load(std::memory_order_relaxed))
        ++g_count;
}

class StepAllocationTest : public QObject
{
    Q_OBJECT
private slots:
    void everyWayToAskIsCounted();
    void aStepAllocatesNothing_data();
    void aStepAllocatesNothing();
};

void StepAllocationTest::everyWayToAskIsCounted()
{
    g_count = 0;
    g_counting = true;
    {
        const std::vector<float> asked(1000);
    }
    g_counting = false;
    QCOMPARE(g_count.load(), 1);
}

void StepAllocationTest::aStepAllocatesNothing_data()
{
    QTest::addColumn<QString>("task");
    QTest::addColumn<QString>("optimizer");
    QTest::addColumn<int>("threads");
    for (const auto& [name, task] : everyTask())
        for (const OptimizerKind& optimizer : optimizerKinds())
            for (const int threads : {1, 2})
                QTest::addRow("%s, %s, threads: %d", name.c_str(), optimizer.name.c_str(), threads)
                    << QString::fromStdString(name) << QString::fromStdString(optimizer.name) << threads;
}

void StepAllocationTest::aStepAllocatesNothing()
{
    QFETCH(QString, task);
    QFETCH(QString, optimizer);
    QFETCH(int, threads);
    const Task own = everyTask().at(task.toStdString());
    Rng rng(3, Purpose::SimulatedFeature);
    std::vector<float> features;
    std::vector<double> strengths;
    for (std::size_t i = 0; i < kRows * kWidth; ++i)
        features.push_back(static_cast<float>(rng.normal()));
    for (std::size_t i = 0; i < kRows; ++i)
        strengths.push_back(rng.normal());
    const std::vector<float> targets = targetsFor(own, strengths);
    const ModelSpec model = *presetModel("tutorial", std::vector<std::string>(kWidth, "x"), own);
    const auto learner = (*learnerModule())->create({*lower(model), {optimizer.toStdString(), 1e-3}, 1, threads});
    QVERIFY2(learner, describe(learner).c_str());
    const std::vector<float> weights(kRows, 1.5F);
    QVERIFY((*learner)->step(features, targets));
    bool good = true;
    g_count = 0;
    g_counting = true;
    for (int step = 0; step < 20; ++step)
        good = (*learner)->step(features, targets).has_value() &&
               (*learner)->step(features, targets, weights).has_value() && good;
    g_counting = false;
    QVERIFY(good);
    QCOMPARE(g_count.load(), 0);
}

QTEST_GUILESS_MAIN(StepAllocationTest)
#include "tst_stepallocations.moc"
