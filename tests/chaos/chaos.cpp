// SPDX-License-Identifier: GPL-3.0-or-later
// Kills the real executable, at each named crash point and at random moments, goes on with what it did, and counts what
// was lost, what was doubled, and whether the outcome is that of a job that nobody disturbed. Run by hand: it takes as
// long as it is asked to. The short form is part of tests/broker. See README.md.
#include "Trial.h"

#include "base/CrashPoint.h"
#include "base/Text.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <cstdio>
#include <map>

namespace millrace::chaos
{
namespace
{

constexpr int kLongest = 120000;    ///< milliseconds that a process may take
constexpr int kMostKillsOfAJob = 8; ///< then it may come to its end
constexpr int kFrozenMilliseconds = 20000;

struct Options {
    int kills = 300; ///< at random moments
    int each = 5;    ///< at each crash point
    int brokerFaults = 0;
};

/// A Millrace that may be killed.
class Process
{
public:
    Process(const World& world, const QStringList& command, const QString& crashAt = {})
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("MILLRACE_CRASH_AT", crashAt);
        m_process.setProcessEnvironment(environment);
        m_process.start(MILLRACE_BINARY, world.flags() + command);
    }

    void killAfter(int milliseconds)
    {
        if (!m_process.waitForFinished(milliseconds))
            m_process.kill();
    }

    enum class End { Done, Killed };
    /// An error when it neither came to its end nor was killed.
    Result<End> end()
    {
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(kLongest)) {
            m_process.kill();
            m_process.waitForFinished();
            return fail(ErrorCode::Failed, "It hangs: " + m_process.arguments().join(' ').toStdString());
        }
        if (m_process.exitStatus() == QProcess::CrashExit)
            return End::Killed;
        if (m_process.exitCode() != 0)
            return fail(ErrorCode::Failed, m_process.arguments().join(' ').toStdString() +
                                               " failed: " + m_process.readAllStandardError().trimmed().toStdString());
        return End::Done;
    }

private:
    QProcess m_process;
};

/// What is printed of a kind in the end.
struct Tally {
    std::string kind;
    int jobs = 0, kills = 0, atPoints = 0, resumed = 0, brokerFaults = 0;
    std::int64_t lost = 0, doubled = 0;
    int equal = 0, different = 0;
    std::map<std::string, int> points; ///< kills at each

    [[nodiscard]] bool isGood(const Options& options) const
    {
        return lost == 0 && doubled == 0 && different == 0 && kills - atPoints >= options.kills &&
               std::ranges::all_of(points, [&](const auto& point) { return point.second >= options.each; });
    }
};

/// All that is done to one kind of job.
class Campaign
{
public:
    Campaign(World& world, const Kind& kind, const Options& options, quint32 seed)
        : m_world(world), m_kind(kind), m_options(options), m_random(seed), m_trial(kind.make(world, kind.stream))
    {
        m_tally.kind = kind.name;
    }

    Status run()
    {
        if (auto prepared = prepare(); !prepared)
            return prepared;
        for (const Points& points : m_kind.points)
            for (const std::string_view name : kCrashPoints)
                if (name.starts_with(points.family + "."))
                    if (auto done = killAt(std::string(name), points); !done)
                        return done;
        while (m_tally.kills - m_tally.atPoints < m_options.kills)
            if (auto done = killAtRandom(); !done)
                return done;
        for (int i = 0; i < m_options.brokerFaults; ++i)
            if (auto done = disturbBroker(i % 2 == 0); !done)
                return done;
        return {};
    }

    [[nodiscard]] const Tally& tally() const { return m_tally; }

private:
    Status prepare()
    {
        if (auto prepared = m_trial->prepare(); !prepared)
            return prepared;
        QElapsedTimer timer;
        timer.start();
        if (auto done = m_world.run(m_trial->command(m_kind.name + "-undisturbed", false)); !done)
            return done;
        m_duration = static_cast<int>(timer.elapsed());
        return m_trial->remember(m_kind.name + "-undisturbed");
    }

    /// Jobs that are killed at this point until it was done as often as asked.
    Status killAt(const std::string& point, const Points& points)
    {
        int& hits = m_tally.points[point];
        const auto crash = [&](const QStringList& command, bool again) {
            if (points.onlyAgain && !again)
                return killedAtRandom(command);
            const int pass = 1 + static_cast<int>(m_random.bounded(points.times));
            return std::make_unique<Process>(m_world, command,
                                             QString::fromStdString(point + ":" + std::to_string(pass)));
        };
        for (int attempt = 0; hits < m_options.each && attempt < 4 * m_options.each; ++attempt) {
            const int before = m_tally.kills;
            if (auto done = job(2, crash); !done)
                return done;
            const int kills = std::max(0, m_tally.kills - before - (points.onlyAgain ? 1 : 0));
            hits += kills;
            m_tally.atPoints += kills;
        }
        return {};
    }

    std::unique_ptr<Process> killedAtRandom(const QStringList& command)
    {
        auto process = std::make_unique<Process>(m_world, command);
        process->killAfter(static_cast<int>(m_random.bounded(m_duration)));
        return process;
    }

    Status killAtRandom()
    {
        return job(kMostKillsOfAJob,
                   [&](const QStringList& command, bool /*again*/) { return killedAtRandom(command); });
    }

    /// kill -9 and a new start on the same data, or 20 s without an answer.
    Status disturbBroker(bool kill)
    {
        ++m_tally.brokerFaults;
        bool back = true;
        auto status = job(0, {}, [&] {
            QTest::qWait(static_cast<int>(m_random.bounded(m_duration)));
            if (kill) {
                back = m_world.cluster.kill() && m_world.cluster.start(true);
            } else {
                m_world.cluster.freeze();
                QTest::qWait(kFrozenMilliseconds);
                m_world.cluster.thaw();
            }
        });
        if (!back)
            return fail(ErrorCode::Failed, std::string("The broker does not come back: ") + m_world.cluster.error());
        return status;
    }

    using Begin = std::function<std::unique_ptr<Process>(const QStringList& command, bool again)>;

    /// One job from its beginning to its end, killed at most so often; then what became of its records.
    Status job(int mostKills, const Begin& begin, const std::function<void()>& disturb = {})
    {
        const std::string name = m_kind.name + "-" + std::to_string(++m_tally.jobs);
        for (int kills = 0;; ++kills) {
            const QStringList command = m_trial->command(name, kills > 0);
            m_tally.resumed += kills > 0 ? 1 : 0;
            auto process = kills < mostKills ? begin(command, kills > 0) : std::make_unique<Process>(m_world, command);
            if (disturb && kills == 0)
                disturb();
            const auto end = process->end();
            if (!end && disturb && kills == 0)
                continue; // nobody answered it: it said so, and is gone on with
            if (!end)
                return fail(end.error());
            if (*end == Process::End::Done)
                break;
            ++m_tally.kills;
        }
        const auto ledger = m_trial->look(name);
        if (!ledger)
            return fail(ledger.error());
        m_tally.lost += ledger->lost;
        m_tally.doubled += ledger->doubled;
        if (ledger->equal)
            ++(*ledger->equal ? m_tally.equal : m_tally.different);
        std::fprintf(stderr, "\r%s: %d jobs, %d kills ", m_kind.name.c_str(), m_tally.jobs, m_tally.kills);
        return {};
    }

    World& m_world;
    const Kind& m_kind;
    const Options& m_options;
    QRandomGenerator m_random;
    std::unique_ptr<Trial> m_trial;
    Tally m_tally;
    int m_duration = 0; ///< milliseconds of a job that nobody disturbs
};

void print(const std::vector<Tally>& tallies, const Options& options)
{
    std::printf("\n%-18s%8s%8s%11s%9s%9s%8s%9s%16s\n", "kind", "jobs", "kills", "at points", "resumed", "broker",
                "lost", "doubled", "weights equal");
    for (const Tally& tally : tallies) {
        const std::string weights =
            tally.equal + tally.different == 0
                ? "–"
                : std::to_string(tally.equal) + " of " + std::to_string(tally.equal + tally.different);
        // "–" takes three bytes and one column.
        std::printf("%-18s%8s%8s%11s%9s%9s%8s%9s%*s\n", tally.kind.c_str(), formatCount(tally.jobs).c_str(),
                    formatCount(tally.kills).c_str(), formatCount(tally.atPoints).c_str(),
                    formatCount(tally.resumed).c_str(), formatCount(tally.brokerFaults).c_str(),
                    formatCount(tally.lost).c_str(), formatCount(tally.doubled).c_str(), weights == "–" ? 18 : 16,
                    weights.c_str());
        for (const auto& [point, hits] : tally.points)
            if (hits < options.each)
                std::printf("  %s: %d kills of %d\n", point.c_str(), hits, options.each);
    }
}

int runCampaigns(const QStringList& names, const Options& options, quint32 seed)
{
    World world;
    if (!world.start()) {
        std::fprintf(stderr, "%s\n", world.cluster.error());
        return 1;
    }
    std::vector<Tally> tallies;
    bool good = true;
    for (const Kind& kind : kinds()) {
        if (!names.contains(QString::fromStdString(kind.name)))
            continue;
        Campaign campaign(world, kind, options, seed);
        const Status status = campaign.run();
        if (!status)
            std::fprintf(stderr, "\n%s: %s\n", kind.name.c_str(), describe(status.error()).c_str());
        tallies.push_back(campaign.tally());
        good = good && status && tallies.back().isGood(options);
    }
    print(tallies, options);
    return good ? 0 : 1;
}

} // namespace

Status World::run(const QStringList& command) const
{
    Process process(*this, command);
    const auto end = process.end();
    if (!end)
        return fail(end.error());
    if (*end == Process::End::Killed)
        return fail(ErrorCode::Failed, command.join(' ').toStdString() + " was killed");
    return {};
}

int main(int argc, char** argv)
{
    QCoreApplication application(argc, argv);
    QStringList names;
    for (const Kind& kind : kinds())
        names += QString::fromStdString(kind.name);
    QCommandLineParser parser;
    parser.setApplicationDescription("Kills Millrace and looks what became of its records.");
    parser.addHelpOption();
    parser.addOptions({{"kind", "which, by commas: " + names.join(", ") + " (all)", "kinds", names.join(',')},
                       {"kills", "at random moments, for each kind", "N", "300"},
                       {"each", "kills at each crash point", "N", "5"},
                       {"broker-faults", "jobs whose broker is killed or frozen for 20 s", "N", "0"},
                       {"seed", "of the moments", "N", "1"}});
    parser.process(application);
    const QStringList asked = parser.value("kind").split(',', Qt::SkipEmptyParts);
    for (const QString& name : asked)
        if (!names.contains(name)) {
            std::fprintf(stderr, "There is no kind %s; there are %s\n", qPrintable(name), qPrintable(names.join(", ")));
            return 2;
        }
    return runCampaigns(
        asked, {parser.value("kills").toInt(), parser.value("each").toInt(), parser.value("broker-faults").toInt()},
        parser.value("seed").toUInt());
}

} // namespace millrace::chaos

int main(int argc, char** argv)
{
    return millrace::chaos::main(argc, argv);
}
