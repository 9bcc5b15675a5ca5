// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/Runner.h"

#include "base/Json.h"
#include "base/Text.h"
#include "cli/Report.h"

#include <QEventLoop>
#include <QSocketNotifier>
#include <QTimer>
#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

namespace millrace
{
namespace
{

constexpr int kTickMilliseconds = 100;

/// The write end for the signal handler; −1 while nobody watches.
std::atomic<int> g_signalPipe{-1};

/// Why a result is of no use, or not what was hoped for.
std::optional<Error> troubleIn(const nlohmann::json& result)
{
    if (const nlohmann::json& problem = objectIn(result, "problem"); !problem.empty())
        return Error{ErrorCode::BadData, textIn(problem, "message"), textIn(problem, "advice")};
    if (!flagIn(result, "identical", true))
        return Error{ErrorCode::Failed, "The weights are not those of the run that was reproduced",
                     "Compare the versions in both runs (millrace runs show): another build or machine rounds "
                     "differently; where a run read several partitions, their order was the clock's"};
    return std::nullopt;
}

void onSignalArrived(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = write(g_signalPipe, &byte, 1);
}

void showProgress(Job& job, Output& output)
{
    for (const Note& note : job.drainNotes())
        output.note(note);
    (void)job.metrics().drain();
    const Progress progress = job.progress();
    if (job.isLive() && !progress.text.empty())
        output.progress(job.kind().toStdString(), progress);
}

void showViews(Job& job, Output& output, const ResultText& text)
{
    for (const nlohmann::json& view : job.drainViews())
        if (text)
            output.view(job.kind().toStdString(), view, text(view));
}

/// What a person must know before another job starts in the home.
void tellInterrupted(Session& session, Output& output, const nlohmann::json& section)
{
    for (const RunInfo& run : session.runs().takeInterrupted())
        if (section.value("resume", nlohmann::json()) != run.folder)
            output.note({Note::Severity::Warning, RunCatalog::interruptionSentence(run)});
}

} // namespace

struct SignalWatch::State {
    int readEnd = -1, writeEnd = -1;
    std::unique_ptr<QSocketNotifier> notifier;
};

SignalWatch::SignalWatch(std::function<void()> onSignal) : m_state(std::make_unique<State>())
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_state->readEnd = ends[0];
    m_state->writeEnd = ends[1];
    g_signalPipe = m_state->writeEnd;
    m_state->notifier = std::make_unique<QSocketNotifier>(m_state->readEnd, QSocketNotifier::Read);
    QObject::connect(m_state->notifier.get(), &QSocketNotifier::activated, m_state->notifier.get(),
                     [this, onSignal = std::move(onSignal)] {
                         char byte = 0;
                         while (read(m_state->readEnd, &byte, 1) == 1) {
                         }
                         onSignal();
                     });
    struct sigaction action {
    };
    action.sa_handler = onSignalArrived;
    action.sa_flags = static_cast<int>(SA_RESETHAND); // a second signal ends the process at once
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

SignalWatch::~SignalWatch()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    g_signalPipe = -1;
    m_state->notifier.reset();
    close(m_state->readEnd);
    close(m_state->writeEnd);
}

int ensureBroker(Session& session, Output& output)
{
    if (session.hasBroker())
        return 0;
    QEventLoop loop;
    bool interrupted = false;
    SignalWatch signalWatch([&] {
        interrupted = true;
        loop.quit();
    });
    LocalCluster& cluster = session.cluster();
    QObject::connect(&cluster, &LocalCluster::changed, &loop, [&] {
        if (cluster.state() == LocalCluster::State::Running || cluster.state() == LocalCluster::State::Failed)
            loop.quit();
    });
    if (!cluster.livesAlready())
        output.info("Starting a local Kafka");
    QMetaObject::invokeMethod(
        &loop, [&] { cluster.start(session.clusterOptions()); }, Qt::QueuedConnection);
    loop.exec();
    if (interrupted)
        return output.error({ErrorCode::Cancelled, "Interrupted", {}, false});
    if (cluster.state() == LocalCluster::State::Failed)
        return output.error(cluster.error());
    if (!cluster.portNote().empty())
        output.note({Note::Severity::Warning, cluster.portNote()});
    output.info("Kafka " + cluster.version().toStdString() + " on " + cluster.brokers().toStdString());
    return 0;
}

int runJob(Session& session, Output& output, const std::string& kind, const nlohmann::json& section,
           const ResultText& text, const ResultText& view)
{
    tellInterrupted(session, output, section);
    auto started = session.start(kind, section);
    if (!started)
        return output.error(started.error());
    Job& job = **started;
    QEventLoop loop;
    QTimer timer;
    SignalWatch signalWatch([&] { job.stop(); });
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        showProgress(job, output);
        showViews(job, output, view);
    });
    QObject::connect(&job, &Job::finished, &loop, &QEventLoop::quit);
    timer.start(kTickMilliseconds);
    loop.exec();
    showProgress(job, output);
    showViews(job, output, view);
    if (job.state() == Job::State::Failed || (job.state() == Job::State::Cancelled && job.result().is_null()))
        return output.error(job.error());
    output.result(job.result(), text(job.result()));
    if (job.state() == Job::State::Cancelled)
        return static_cast<int>(ErrorCode::Cancelled);
    const auto trouble = troubleIn(job.result());
    return trouble ? output.troubleOfResult(*trouble) : 0;
}

int runExperiment(Session& session, Output& output, Experiment experiment, const ExperimentText& text)
{
    tellInterrupted(session, output, nlohmann::json::object());
    ExperimentRun run(session, std::move(experiment));
    QEventLoop loop;
    QTimer timer;
    SignalWatch signalWatch([&] { run.stop(); });
    QObject::connect(&run, &ExperimentRun::stepChanged, &loop, [&](int index) {
        const auto& step = run.steps()[static_cast<std::size_t>(index)];
        if (step.state != ExperimentRun::StepState::Done)
            return;
        output.info("✓ " + step.title.toStdString() + "  " + step.text.toStdString() + "  " +
                    formatDuration(step.seconds));
        output.event("step", {{"step", step.key},
                              {"seconds", step.seconds},
                              {"text", step.text.toStdString()},
                              {"result", step.result}});
    });
    QObject::connect(&session, &Session::jobFinished, &loop, [&](Job* job) { showProgress(*job, output); }); // the rest
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        if (run.currentJob() != nullptr)
            showProgress(*run.currentJob(), output);
    });
    QObject::connect(&run, &ExperimentRun::finished, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    QTimer::singleShot(0, &loop, [&] { run.start(); });
    timer.start(kTickMilliseconds);
    loop.exec();
    if (!run.succeeded())
        return output.error(run.error());
    output.result(run.result(), text(run));
    return 0;
}

int withAdmin(Session& session, Output& output, const std::function<Status(Admin&)>& call)
{
    if (const int code = ensureBroker(session, output); code != 0)
        return code;
    auto admin = session.admin();
    if (!admin)
        return output.error(admin.error());
    auto called = call(**admin);
    return called ? 0 : output.error(called.error());
}

} // namespace millrace
