// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "broker/TestCluster.h"

#include <QStringList>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::chaos
{

/// The broker, which outlives every Millrace, and the home that these share.
class World
{
public:
    [[nodiscard]] bool start() { return cluster.start(true); }
    ~World() { (void)cluster.stop(); }
    [[nodiscard]] std::filesystem::path home() const { return m_home.path().toStdString(); }
    /// The flags of every command.
    [[nodiscard]] QStringList flags() const
    {
        return {"--home", m_home.path(), "--broker", QString::fromStdString(cluster.connection().brokers), "--json"};
    }
    /// Runs a command that nobody disturbs.
    [[nodiscard]] Status run(const QStringList& command) const;

    TestCluster cluster;

private:
    QTemporaryDir m_home;
};

/// What became of the records of a job once it was done. Lost and doubled are told by a ledger that the job itself
/// does not read.
struct Ledger {
    std::int64_t lost = 0, doubled = 0;
    std::optional<bool> equal; ///< the weights are those of the undisturbed job; of a kind that has any
};

/// What jobs read, and how a training of it is asked for.
struct Stream {
    std::string name;
    QStringList training; ///< flags
    Status (*fill)(const World& world, const QString& topic, int rows, int partitions);
};
/// Simulated events of two classes, all numbers, learnt as they are.
const Stream& events();
/// A table of five classes with texts, dates, missing values and weights: columns are fitted, a part validates.
const Stream& classes();

/// How a kind of job is begun, gone on with after a kill, and looked at in the end.
class Trial
{
public:
    Trial(World& world, const Stream& stream) : m_world(world), m_stream(stream) {}
    virtual ~Trial() = default;
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    /// Makes what the jobs read.
    virtual Status prepare() = 0;
    /// The command of the job of this name. `again`: it was killed before, wherever it was.
    [[nodiscard]] virtual QStringList command(const std::string& name, bool again) const = 0;
    /// Called once with the job that nobody disturbed, then with each of the others.
    virtual Status remember(const std::string& undisturbed) = 0;
    virtual Result<Ledger> look(const std::string& name) = 0;

protected:
    World& m_world;
    const Stream& m_stream;
};

/// Crash points that a job passes: a family's names begin with its own and a dot.
struct Points {
    std::string family;
    int times = 1;          ///< about so often does an undisturbed job pass each
    bool onlyAgain = false; ///< only a job that was killed before passes them
};

/// A row of the table of what is killed.
struct Kind {
    std::string name;
    std::vector<Points> points;
    std::unique_ptr<Trial> (*make)(World& world, const Stream& stream);
    const Stream& stream;
};
const std::vector<Kind>& kinds();

std::unique_ptr<Trial> makeTrainTrial(World& world, const Stream& stream);
std::unique_ptr<Trial> makePublishTrial(World& world, const Stream& stream);
std::unique_ptr<Trial> makeOnlineTrial(World& world, const Stream& stream);
std::unique_ptr<Trial> makeEvaluateTrial(World& world, const Stream& stream);
std::unique_ptr<Trial> makePredictTrial(World& world, const Stream& stream);

} // namespace millrace::chaos
