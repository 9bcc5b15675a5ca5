// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Session.h"

#include "base/Files.h"
#include "session/Sections.h"
#include "session/Work.h"

#include <QStandardPaths>

namespace millrace
{
namespace
{

constexpr int kCallers = 2;
constexpr std::chrono::seconds kAnswerTimeout{3}, kAskEvery{5};

std::filesystem::path madeHome(const SessionOptions& options)
{
    auto home = homeOf(options);
    makePrivateFolder(home);
    return home;
}

} // namespace

std::filesystem::path homeOf(const SessionOptions& options)
{
    std::filesystem::path home = options.home;
    if (home.empty() && qEnvironmentVariableIsSet("MILLRACE_HOME"))
        home = qEnvironmentVariable("MILLRACE_HOME").toStdString();
    if (home.empty())
        home = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString() + "/millrace";
    std::error_code ignored;
    return std::filesystem::absolute(home, ignored);
}

Status checkHome(const SessionOptions& options)
{
    const std::filesystem::path home = homeOf(options);
    std::error_code ignored; // what cannot be looked at is told where it is used
    if (!std::filesystem::exists(home, ignored) || std::filesystem::is_directory(home, ignored))
        return {};
    return fail(ErrorCode::Usage, "Millrace's data folder " + home.string() + " is a file, not a folder",
                "Choose a folder with --home");
}

Session::Session(SessionOptions options, QObject* parent)
    : QObject(parent), m_home(madeHome(options)), m_options(std::move(options)), m_cluster(m_home),
      m_brokers(QString::fromStdString(m_options.brokers))
{
    for (int i = 0; i < kCallers; ++i)
        m_callers.emplace_back([this] {
            while (const auto call = m_calls.pop())
                (*call)();
        });
    connect(&m_cluster, &LocalCluster::changed, this, &Session::brokerChanged);
    const auto remember = [this] {
        std::lock_guard lock(m_adminMutex);
        m_current = connection();
    };
    connect(this, &Session::brokerChanged, this, remember);
    remember();
    m_askAgain.setSingleShot(true);
    connect(&m_askAgain, &QTimer::timeout, this, &Session::askExternal);
    if (isExternal())
        m_askAgain.start(0);
}

Session::~Session()
{
    for (Job* job : liveJobs())
        job->stop();
    m_calls.close();
    m_callers.clear(); // before the jobs: a call may read what one has found
    qDeleteAll(std::exchange(m_jobs, {}));
}

LocalClusterOptions Session::clusterOptions() const
{
    LocalClusterOptions options;
    options.home = m_home;
    options.kafkaHome = m_options.kafkaHome;
    return options;
}

bool Session::hasBroker() const
{
    return isExternal() || m_cluster.state() == LocalCluster::State::Running;
}

Connection Session::connection() const
{
    return {isExternal() ? m_brokers.toStdString() : m_cluster.brokers().toStdString(), m_options.kafkaProperties};
}

void Session::setExternalBroker(const QString& brokers)
{
    m_brokers = brokers.trimmed();
    m_answer = Answer::Awaited;
    emit brokerChanged();
    askExternal();
}

void Session::setExternalBroker(const QString& brokers, std::map<std::string, std::string> properties)
{
    if (!properties.empty()) {
        m_options.kafkaProperties = std::move(properties);
        const std::lock_guard lock(m_adminMutex);
        m_admin.reset(); // it may be of the same brokers with other properties
    }
    setExternalBroker(brokers);
}

void Session::askExternal()
{
    m_askAgain.stop();
    if (!isExternal())
        return;
    call(
        this, [asked = connection()] { return std::pair(asked.brokers, reach(asked, kAnswerTimeout)); },
        [this](const std::pair<std::string, Status>& answer) {
            if (answer.first != m_brokers.toStdString())
                return;
            m_askAgain.start(kAskEvery);
            const auto now = answer.second ? Answer::Yes : Answer::No;
            const Error cause = answer.second ? Error{} : answer.second.error();
            const bool isNews = std::exchange(m_answer, now) != now || cause.message != m_answerError.message;
            m_answerError = cause;
            if (isNews)
                emit brokerChanged();
        });
}

Result<std::unique_ptr<Job>> Session::makeJob(const std::string& kind, const nlohmann::json& section, Job::State first)
{
    auto resolved = resolveSection(kind, section);
    if (!resolved)
        return fail(resolved.error());
    if (needsBroker(*findSection(kind), *resolved) && !hasBroker())
        return fail(ErrorCode::Unreachable, "No Kafka is running",
                    "Start the local one on the Cluster page or with: millrace cluster start");
    auto prepared = prepareWork(kind, *resolved, connection(), m_home);
    if (!prepared)
        return fail(prepared.error());
    return std::make_unique<Job>(QString::fromStdString(kind), prepared->title, std::move(*resolved),
                                 std::move(prepared->work), nullptr, first);
}

Result<std::unique_ptr<Job>> Session::watch(const nlohmann::json& section)
{
    return makeJob("watch", section);
}

Result<Job*> Session::start(const std::string& kind, const nlohmann::json& section, Job::State first)
{
    auto made = makeJob(kind, section, first);
    if (!made)
        return fail(made.error());
    Job* job = made->release();
    m_jobs.append(job);
    connect(job, &Job::finished, this, [this, job] { emit jobFinished(job); });
    emit jobStarted(job);
    return job;
}

Result<nlohmann::json> Session::sectionAgain(const std::string& how, const std::string& run) const
{
    const auto info = runs().find(run);
    if (!info)
        return fail(info.error());
    if (info->trouble)
        return fail(*info->trouble);
    if (info->kind != "train" && info->kind != "online")
        return fail(ErrorCode::Usage, "Run " + info->folder + " is of kind " + info->kind + ", which learns nothing",
                    "See them with: millrace runs list");
    nlohmann::json section = nlohmann::json::object();
    const nlohmann::json configuration = info->description.value("configuration", nlohmann::json());
    if (!configuration.is_object())
        return fail(ErrorCode::BadData, "run.json of run " + info->folder + " has no configuration", "Train a new run");
    for (const auto& [key, value] : configuration.items())
        if (!value.is_null() && key != "resume" && key != "reproduce" && key != "lost" && key != "offsets")
            section[key] = value;
    section[how] = info->folder;
    return section;
}

QList<Job*> Session::liveJobs() const
{
    QList<Job*> live;
    for (Job* job : m_jobs)
        if (job->isLive())
            live.append(job);
    return live;
}

Job* Session::latest(const QString& kind) const
{
    for (auto job = m_jobs.crbegin(); job != m_jobs.crend(); ++job)
        if ((*job)->kind() == kind)
            return *job;
    return nullptr;
}

Result<std::shared_ptr<Admin>> Session::admin()
{
    std::lock_guard lock(m_adminMutex);
    const Connection wanted = m_current;
    if (wanted.brokers.empty())
        return fail(ErrorCode::Unreachable, "No Kafka is running",
                    "Start the local one on the Cluster page or with: millrace cluster start");
    if (m_admin == nullptr || m_adminBrokers != wanted.brokers) {
        auto opened = Admin::open(wanted);
        if (!opened)
            return fail(opened.error());
        m_admin = std::make_shared<Admin>(std::move(*opened));
        m_adminBrokers = wanted.brokers;
    }
    return m_admin;
}

} // namespace millrace
