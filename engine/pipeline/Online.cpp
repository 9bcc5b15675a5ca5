// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Online.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/Admin.h"
#include "pipeline/online/OnlineLoop.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// A broker that is away is asked anew each time; a distant one needs longer to let a new connection in.
constexpr std::chrono::milliseconds kFirstAnswer{400}, kLastAnswer{1600}, kAskAgain{200};
constexpr int kMostFenced = 3; ///< without having read in peace in between
constexpr std::chrono::minutes kInPeace{10};

/// How an attempt to learn ended.
struct Outcome {
    OnlineResult result;
    HeldPartitions held;
    bool isLost = false;   ///< the group has evicted the run: it must go back to what is committed,
    bool isFenced = false; ///< for a member of its own name
};

Result<Outcome> learnFrom(const OnlineConfig& config, OnlinePlan& plan, JobContext& context)
{
    auto admin = Admin::open(config.connection);
    if (!admin)
        return fail(admin.error());
    auto watch = DriftWatch::make(config.drift, inputNames(plan.trained.model));
    if (!watch)
        return fail(watch.error());
    auto decoder = RecordDecoder::make(config.format, plan.trained.records, inputOf(plan.trained.model));
    if (!decoder)
        return fail(decoder.error());
    plan.run.setBudget(config.keepMegabytes);
    OnlineIngest ingest(config, plan.start, std::move(*decoder), plan.run, context);
    OnlineLoop loop(config, plan, std::move(*watch), context, ingest, *admin);
    Status status = loop.restore();
    if (status)
        status = loop.run();
    if (auto ingested = ingest.finish(); status && !ingested)
        status = ingested;
    if (!status)
        return fail(status.error());
    loop.removeOld();
    return Outcome{loop.result(), ingest.held(), ingest.isLost(), ingest.isFenced()};
}

/// A run that stalled is fenced once; one that two processes go on with is fenced again and again.
Status checkFenced(int times, const OnlineConfig& config, const OnlinePlan& plan)
{
    return times <= kMostFenced
               ? Status{}
               : fail(ErrorCode::Failed,
                      "Another process reads group " + config.group + " as run " + plan.run.name() +
                          ", and each takes the other's place",
                      "Stop the other one, or learn with another --group; then: millrace runs resume " +
                          plan.run.name());
}

/// False when a stop was requested before.
bool waitForBroker(const OnlineConfig& config, JobContext& context)
{
    Progress progress = context.progress();
    progress.text = "waiting for the broker";
    progress.rate = 0;
    context.report(progress);
    for (auto answer = kFirstAnswer; !context.stopRequested(); answer = std::min(2 * answer, kLastAnswer)) {
        const auto reached = reach(config.connection, answer);
        if (reached || !reached.error().retriable) // what lasts, a refused login for one, the next step tells
            break;
        context.waitFor(kAskAgain);
    }
    return !context.stopRequested();
}

/// As a run that was killed. The broker, which may be what did not answer, is there.
Result<OnlinePlan> goOnFromCommit(OnlineConfig config, OnlinePlan lost, JobContext& context)
{
    const std::string text = "Group " + config.group + " gave this run's partitions away while it did not answer";
    if (lost.start.reproduces)
        return fail(ErrorCode::Failed, text, "Reproduce the run again");
    context.note(Note::Severity::Warning, text + ": it goes back to what it had committed, and joins again");
    lost.run.log(text);
    config.resume = lost.run.name();
    {
        const OnlinePlan gone = std::move(lost); // and with it the lock of the folder
    }
    auto plan = planOnline(config, context);
    while (!plan && plan.error().code == ErrorCode::Unreachable && plan.error().retriable &&
           waitForBroker(config, context)) // gone once more
        plan = planOnline(config, context);
    if (!plan && context.stopRequested())
        return fail(ErrorCode::Cancelled, "The run was stopped while the broker was away",
                    "It goes on from its last checkpoint: millrace runs resume " + config.resume);
    return plan;
}

} // namespace

Result<OnlineResult> learnOnline(const OnlineConfig& asked, JobContext& context)
{
    auto plan = planOnline(asked, context);
    if (!plan)
        return fail(plan.error());
    context.beginRun(plan->run.name());
    OnlineConfig config = asked;
    if (plan->start.reproduces)
        config.group = plan->run.name(); // the other one's offsets stay as they are
    GroupStart start;
    if (auto admin = Admin::open(config.connection); admin && !plan->start.reproduces)
        start = lookBeforeReading(*admin, config.topic, config.group, "It is read as where nothing is committed",
                                  plan->run, context);
    plan->start.beyondEnd = start.beyondEnd;
    const TopicNotes notes = topicNotesOrTold(config.home, config.topic, context);
    const auto seen = [&plan] { return plan->state.learnt() + plan->state.skipped + plan->run.rejected().count(); };
    const std::int64_t seenBefore = seen();
    auto began = Clock::now();
    auto learnt = learnFrom(config, *plan, context);
    for (int fenced = 0; learnt && learnt->isLost && waitForBroker(config, context);) {
        fenced = (Clock::now() - began < kInPeace ? fenced : 0) + (learnt->isFenced ? 1 : 0);
        if (auto alone = checkFenced(fenced, config, *plan); !alone)
            return fail(plan->run.finishFailed(alone.error()));
        plan = goOnFromCommit(config, std::move(*plan), context);
        if (!plan)
            return fail(plan.error());
        plan->start.beyondEnd = start.beyondEnd;
        began = Clock::now();
        learnt = learnFrom(config, *plan, context);
    }
    if (!learnt)
        return fail(plan->run.finishFailed(learnt.error()));
    OnlineResult& result = learnt->result;
    result.rejections = plan->run.rejected().report(result.records + result.skipped);
    result.run = plan->run.name();
    result.parent = plan->parent;
    result.group = config.group;
    result.topic = config.topic;
    result.notes = start.notes;
    result.simulated = notes.simulated;
    result.best = notes.best;
    result.onlyClass = onlyClassOf(result.classes, context);
    result.stopped = context.stopRequested();
    start.hasRead = start.hasRead || result.records > 0; // a run that was killed may not have committed it
    start.fromBeginning = config.from.kind == StreamStart::Kind::Earliest;
    const auto nothing =
        judgeReading({config.topic, result.records, result.rejections.count, result.deletedUnread, seen() - seenBefore,
                      context.stopRequested(), false, config.labelTopic},
                     plan->run, [&] {
                         if (!config.labelTopic.empty() && plan->state.arrived > 0)
                             return "of the " + formatCount(plan->state.arrived) +
                                    " records that came, none has a label in topic " + config.labelTopic +
                                    " so far (joined by " + config.labelJoin + ")";
                         const bool asMember = !plan->start.reproduces && plan->start.pass == 1;
                         return asMember ? whyNothingCame(config.group, start, learnt->held) : std::string();
                     });
    if (!nothing)
        return fail(plan->run.finishFailed(nothing.error()));
    result.nothing = *nothing;
    tellMostRejected(result.rejections, plan->run, context);
    if (auto finished = plan->run.finish(context.stopRequested() ? "cancelled" : "done", toJson(result)); !finished)
        return fail(plan->run.finishFailed(finished.error()));
    return result;
}

} // namespace millrace
