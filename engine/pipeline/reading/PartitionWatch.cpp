// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/PartitionWatch.h"

#include "pipeline/reading/StableTopic.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <pthread.h>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::chrono::seconds kStandingEvery{5};
constexpr std::chrono::milliseconds kStandingTime{1000}, kStandingFarewell{500};
constexpr int kTellAtStanding = 2; ///< looks: a leader that moves is away for a moment

} // namespace

std::vector<PartitionNews> StandingHistory::add(const std::vector<PartitionStanding>& look)
{
    std::vector<PartitionNews> news;
    for (const PartitionStanding& now : look) {
        Known& known = m_known[now.partition];
        addLeader(now, known, news);
        if (now.stable >= 0) // else nobody knows
            addTransaction(now, known, news);
    }
    return news;
}

void StandingHistory::addLeader(const PartitionStanding& now, Known& known, std::vector<PartitionNews>& news) const
{
    if (now.isOffline) {
        if (++known.offlineLooks == kTellAtStanding)
            news.push_back({Note::Severity::Warning, offlineForNow(m_topic, now.partition)});
    } else if (std::exchange(known.offlineLooks, 0) >= kTellAtStanding) {
        news.push_back({Note::Severity::Info,
                        "Topic " + m_topic + " partition " + std::to_string(now.partition) + " has a leader again"});
    }
}

void StandingHistory::addTransaction(const PartitionStanding& now, Known& known, std::vector<PartitionNews>& news) const
{
    const std::int64_t heldAt = now.waiting > 0 ? now.stable : -1;
    const bool isTheSame = std::exchange(known.heldAt, heldAt) == heldAt && heldAt >= 0;
    if (isTheSame && !known.wasHeld) {
        known.isHeld = known.wasHeld = true;
        news.push_back({Note::Severity::Warning,
                        behindTransaction(m_topic, now.partition, now.waiting) +
                            ". Whoever writes there has to commit or abort it; if that one died, the broker ends it "
                            "after its transaction.timeout.ms"});
    } else if (!isTheSame && std::exchange(known.isHeld, false)) {
        news.push_back({Note::Severity::Info, "The open transaction in topic " + m_topic + " partition " +
                                                  std::to_string(now.partition) + " has ended"});
    }
}

/// Outlives the watch where its thread is left behind.
struct PartitionWatch::Shared {
    Connection connection;
    std::string topic;
    std::optional<int> partition;
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::vector<PartitionNews> news;
    std::atomic<bool> hasNews = false;
};

PartitionWatch::PartitionWatch(const Connection& connection, const std::string& topic, std::optional<int> partition)
    : m_shared(std::make_shared<Shared>())
{
    m_shared->connection = connection;
    m_shared->topic = topic;
    m_shared->partition = partition;
    std::packaged_task<void(std::stop_token)> task(
        [shared = m_shared](const std::stop_token& stop) { look(stop, *shared); });
    m_done = task.get_future();
    m_thread = std::jthread(std::move(task));
}

PartitionWatch::~PartitionWatch()
{
    m_thread.request_stop();
    if (m_done.wait_for(kStandingFarewell) != std::future_status::ready)
        m_thread.detach();
}

void PartitionWatch::look(const std::stop_token& stop, Shared& shared)
{
    ::pthread_setname_np(::pthread_self(), "partitions");
    std::optional<Admin> admin;
    StandingHistory history(shared.topic);
    while (true) {
        {
            std::unique_lock lock(shared.mutex);
            shared.stopped.wait_for(lock, stop, kStandingEvery, [] { return false; });
        }
        if (stop.stop_requested())
            return;
        if (!admin) {
            auto opened = Admin::open(shared.connection);
            if (!opened)
                continue;
            admin.emplace(std::move(*opened));
        }
        auto standing = admin->standing(shared.topic, kStandingTime);
        if (!standing) // brokers that are away, or a topic that is gone, the reader tells
            continue;
        if (shared.partition)
            std::erase_if(*standing, [&](const auto& each) { return each.partition != *shared.partition; });
        auto news = history.add(*standing);
        const std::lock_guard lock(shared.mutex);
        std::ranges::move(news, std::back_inserter(shared.news));
        shared.hasNews = !shared.news.empty();
    }
}

void PartitionWatch::tell(RunFolder& run, JobContext& context)
{
    if (!m_shared->hasNews)
        return;
    std::vector<PartitionNews> news;
    {
        const std::lock_guard lock(m_shared->mutex);
        news = std::exchange(m_shared->news, {});
        m_shared->hasNews = false;
    }
    for (PartitionNews& each : news) {
        run.log(each.text);
        context.note(each.severity, std::move(each.text));
    }
}

} // namespace millrace
