// SPDX-License-Identifier: GPL-3.0-or-later
// Training from Kafka allocates nothing in its steady state: neither the thread that reads, decodes, shuffles and
// batches, nor the one that learns, notes each step in metrics.csv and for the charts, and reports progress. Memory is
// asked for where a run begins, and at an epoch's end, a pause and a stop, which seek, shuffle anew and save a
// checkpoint. librdkafka's own threads are not looked at. Not under sanitizers, which have an allocator of their own.
#include "AllocatorHooks.h"
#include "base/Clock.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/Train.h"

#include <QProcess>
#include <QScopeGuard>
#include <QTest>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <execinfo.h>
#include <map>
#include <pthread.h>
#include <thread>

using namespace millrace;

namespace
{

constexpr const char* kTraining = "training";
constexpr const char* kIngest = "ingest"; ///< as the engine names its thread

struct Allocation {
    std::array<char, 16> thread{};
    std::array<void*, 24> frames{};
    int depth = 0;
};

std::array<Allocation, 1024> g_noted; ///< the first ones; all are counted
std::atomic<std::size_t> g_count{0};
std::atomic<bool> g_counting{false};

} // namespace

void noteAllocation()
{
    if (!g_counting.load(std::memory_order_relaxed))
        return;
    std::array<char, 16> thread{};
    ::pthread_getname_np(::pthread_self(), thread.data(), thread.size());
    if (std::strcmp(thread.data(), kTraining) != 0 && std::strcmp(thread.data(), kIngest) != 0)
        return;
    const std::size_t index = g_count++;
    if (index >= g_noted.size())
        return;
    g_noted[index].thread = thread;
    g_noted[index].depth = ::backtrace(g_noted[index].frames.data(), static_cast<int>(g_noted[index].frames.size()));
}

namespace
{

/// The function that an address lies in, as binutils say; the file and the place in it where they are not installed.
QByteArray nameOf(void* address)
{
    Dl_info info{};
    if (::dladdr(address, &info) == 0)
        return "?";
    const auto place =
        QByteArray::number(static_cast<char*>(address) - static_cast<char*>(info.dli_fbase), 16).prepend("0x");
    QProcess addr2line;
    addr2line.start("addr2line", {"-C", "-f", "-e", info.dli_fname, place});
    if (addr2line.waitForFinished() && addr2line.exitCode() == 0)
        return addr2line.readLine().trimmed();
    return QByteArray(info.dli_fname) + " " + place;
}

/// Who asked, in the engine's functions, and how often.
void printNoted()
{
    std::map<QByteArray, int> times;
    for (std::size_t i = 0; i < std::min(g_count.load(), g_noted.size()); ++i) {
        QByteArray path = g_noted[i].thread.data();
        for (int frame = g_noted[i].depth - 1; frame >= 0; --frame)
            if (const auto name = nameOf(g_noted[i].frames[static_cast<std::size_t>(frame)]); name.contains("millrace"))
                path += "\n    " + name;
        ++times[path];
    }
    for (const auto& [path, count] : times)
        qInfo("%d times on thread %s", count, path.constData());
}

} // namespace

class AllocationTest : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void everyWayToAskIsCounted();
    void trainingAllocatesNothingInItsSteadyState();
};

void AllocationTest::init()
{
    std::array<void*, 1> frame{};
    ::backtrace(frame.data(), 1); // loads what it needs, once
    g_count = 0;
}

void AllocationTest::everyWayToAskIsCounted()
{
    struct alignas(128) Aligned {
        int value = 0;
    };
    const auto askEveryWay = [] {
        void* posix = nullptr;
        std::free(posix_memalign(&posix, 64, 64) == 0 ? posix : nullptr);
        std::free(std::realloc(std::malloc(10), 1000));
        std::free(std::calloc(2, 10));
        std::free(std::aligned_alloc(64, 64));
        (void)std::make_unique<int>(1);
        (void)std::make_unique<Aligned>();
        (void)std::vector<int>(100);
    };
    g_counting = true;
    std::thread training([&] {
        ::pthread_setname_np(::pthread_self(), kTraining);
        askEveryWay();
    });
    askEveryWay(); // no thread that counts
    training.join();
    g_counting = false;
    QCOMPARE(g_count.load(), std::size_t{8});
}

void AllocationTest::trainingAllocatesNothingInItsSteadyState()
{
    constexpr int kFeatures = 18, kBatch = 64, kShuffle = 64;
    constexpr int kWarmSteps = 200, kSteps = 900;
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    auto admin = Admin::open(cluster.connection());
    QVERIFY(admin && admin->createTopic("rows", 1, true));
    auto producer = Producer::open(cluster.connection(), "rows", 1);
    QVERIFY(producer);
    int sent = 0;
    const auto sendUntil = [&](int steps) {
        for (; sent < kShuffle + steps * kBatch; ++sent) {
            std::string value = std::to_string(0.1 * (sent % 7));
            for (int i = 1; i < kFeatures; ++i)
                value += "," + std::to_string(0.1 * i + sent);
            QVERIFY(producer->send(sent % 3 == 0 ? "1.0" : "0.0", value, 0, {}, {}));
        }
        QVERIFY(producer->flush({}));
    };
    sendUntil(kWarmSteps);

    QTemporaryDir home;
    TrainConfig config;
    config.connection = cluster.connection();
    config.home = home.path().toStdString();
    config.topic = "rows";
    config.preset = "tutorial"; // of a quick one nothing is told while it warms up
    config.prepares = false;
    config.wish.batch = kBatch;
    config.wish.shuffle = kShuffle;
    config.until.kind = StreamEnd::Kind::Never;
    config.wish.epochs = 1'000'000; // a text of progress that does not fit into a string object
    config.threads = 1;
    config.checkpointEvery = std::chrono::hours(1);
    std::stop_source stop;
    JobContext context(stop.get_token());
    Result<TrainResult> result;
    std::atomic<bool> ended = false;
    std::jthread training([&] {
        ::pthread_setname_np(::pthread_self(), kTraining);
        result = train(config, context);
        ended = true;
    });
    const auto stopAtTheEnd = qScopeGuard([&] { stop.request_stop(); });
    std::int64_t steps = 0;
    const auto trainedUntil = [&](std::int64_t wanted) {
        return QTest::qWaitFor(
            [&] {
                if (const auto points = context.metrics.drain(); !points.empty())
                    steps = points.back().step;
                return ended || steps >= wanted;
            },
            60000);
    };
    QVERIFY(trainedUntil(kWarmSteps));
    g_counting = true;
    sendUntil(kWarmSteps + kSteps);
    const bool trained = trainedUntil(kWarmSteps + kSteps);
    g_counting = false;
    stop.request_stop();
    training.join();
    QVERIFY2(result, describe(result).c_str());
    QVERIFY(trained);
    QCOMPARE(steps, kWarmSteps + kSteps);
    printNoted();
    QCOMPARE(g_count.load(), std::size_t{0});
}

QTEST_GUILESS_MAIN(AllocationTest)
#include "tst_allocations.moc"
