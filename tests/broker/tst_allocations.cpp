// SPDX-License-Identifier: GPL-3.0-or-later
// A training loop in its steady state allocates nothing: every malloc of the process is counted, by thread and by the
// library that asked. Not under sanitizers, which have an allocator of their own.
#include "base/Clock.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/Train.h"

#include <QTest>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <map>
#include <new>
#include <pthread.h>
#include <thread>

using namespace millrace;

extern "C" {
void* __libc_malloc(std::size_t size);                          // NOLINT: glibc's names
void* __libc_calloc(std::size_t count, std::size_t size);       // NOLINT
void* __libc_realloc(void* memory, std::size_t size);           // NOLINT
void* __libc_memalign(std::size_t alignment, std::size_t size); // NOLINT
}

namespace
{

/// Whoever asked for memory while the counting was on.
struct Asked {
    std::array<char, 16> thread; ///< its name
    void* caller;
};

constexpr std::size_t kMost = 4096; ///< noted; all are counted
std::array<Asked, kMost> g_asked;
std::atomic<std::size_t> g_count{0};
std::atomic<bool> g_counting{false};

void note(void* caller)
{
    if (!g_counting.load(std::memory_order_relaxed))
        return;
    const std::size_t index = g_count++;
    if (index >= kMost)
        return;
    g_asked[index].caller = caller;
    pthread_getname_np(pthread_self(), g_asked[index].thread.data(), g_asked[index].thread.size());
}

std::string libraryOf(void* address)
{
    Dl_info info{};
    if (dladdr(address, &info) == 0 || info.dli_fname == nullptr)
        return "?";
    std::string name = info.dli_fname;
    name = name.substr(name.rfind('/') + 1);
    return info.dli_sname == nullptr ? name : name + " " + info.dli_sname;
}

} // namespace

// These stand in for the C library's in the whole process, LibTorch and librdkafka included.
extern "C" {
void* malloc(std::size_t size)
{
    note(__builtin_return_address(0));
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size)
{
    note(__builtin_return_address(0));
    return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size)
{
    note(__builtin_return_address(0));
    return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size)
{
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size)
{
    note(__builtin_return_address(0));
    *memory = __libc_memalign(alignment, size);
    return *memory == nullptr ? ENOMEM : 0;
}
}

void* operator new(std::size_t size)
{
    note(__builtin_return_address(0));
    if (void* memory = __libc_malloc(size))
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

class AllocationTest : public QObject
{
    Q_OBJECT
private slots:
    void theCounterCounts();
    void trainingAllocatesNothingInItsSteadyState();
};

void AllocationTest::theCounterCounts()
{
    g_count = 0;
    g_counting = true;
    std::unique_ptr<int> one(new int(1)); // NOLINT: what is counted
    auto* volatile two = malloc(10);      // NOLINT
    g_counting = false;
    free(two); // NOLINT
    QCOMPARE(g_count.load(), std::size_t{2});
}

void AllocationTest::trainingAllocatesNothingInItsSteadyState()
{
    constexpr int kRows = 40000, kBatch = 16;
    constexpr std::int64_t kFrom = 100, kTo = 1000; // steps
    TestCluster cluster;
    QVERIFY(cluster.start());
    auto admin = Admin::open(cluster.connection());
    QVERIFY(admin && admin->createTopic("rows", 1, true));
    auto producer = Producer::open(cluster.connection(), "rows", 1);
    QVERIFY(producer);
    for (int i = 0; i < kRows; ++i)
        QVERIFY(producer->send(i % 3 == 0 ? "1.0" : "0.0", std::to_string(i % 7) + ",0.123456789", 0, i, i % 3, {}));
    QVERIFY(producer->flush({}));

    QTemporaryDir home;
    TrainConfig config;
    config.connection = cluster.connection();
    config.home = home.path().toStdString();
    config.topic = "rows";
    config.batch = kBatch;
    config.epochs = 1;
    JobContext context{std::stop_token()};
    context.setMaxRate(40000); // slow enough to look at
    Result<TrainResult> result;
    std::jthread training([&] {
        pthread_setname_np(pthread_self(), "train");
        result = train(config, context);
    });
    std::int64_t step = 0, from = 0;
    const auto began = Clock::now();
    while (step < kTo && secondsSince(began) < 60) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (const auto points = context.metrics.drain(); !points.empty())
            step = points.back().step;
        if (from == 0 && step >= kFrom) {
            from = step;
            g_count = 0;
            g_counting = true;
        }
    }
    g_counting = false;
    training.join();
    QVERIFY2(result, result ? "" : describe(result.error()).c_str());
    QVERIFY(from > 0 && step >= kTo && step < result->steps);

    std::map<std::string, int> byPlace;
    const std::size_t count = std::min(g_count.load(), kMost);
    for (std::size_t i = 0; i < count; ++i)
        ++byPlace[std::string(g_asked[i].thread.data()) + " " + libraryOf(g_asked[i].caller)];
    for (const auto& [place, times] : byPlace)
        qInfo("%6d  %s", times, place.c_str());
}

QTEST_GUILESS_MAIN(AllocationTest)
#include "tst_allocations.moc"
