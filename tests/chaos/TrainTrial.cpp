// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

#include "pipeline/runs/RunCatalog.h"

#include <QFile>
#include <map>

namespace millrace::chaos
{
namespace
{

/// Training from one partition. The ledger is metrics.csv, a line a step.
class TrainTrial : public Trial
{
public:
    using Trial::Trial;

    Status prepare() override { return m_stream.fill(m_world, topic(), 3000, 1); }

    [[nodiscard]] QStringList command(const std::string& name, bool again) const override
    {
        // Killed before it had made its folder, it begins anew.
        if (const auto run = find(name); again && run)
            return {"runs", "resume", QString::fromStdString(run->folder)};
        // Slow enough that a kill falls into the training and not into its beginning.
        const QString text =
            "train --seed 7 --epochs 5 --batch 16 --shuffle 50 --checkpoint-steps 100 --max-rate 10000";
        return text.split(' ') + m_stream.training +
               QStringList{"--topic", topic(), "--run", QString::fromStdString(name)};
    }

    Status remember(const std::string& undisturbed) override
    {
        auto weights = weightsOf(undisturbed);
        if (!weights)
            return fail(weights.error());
        m_weights = std::move(*weights);
        for (const auto& [step, records] : stepsOf(undisturbed))
            m_records[step] = records;
        return {};
    }

    Result<Ledger> look(const std::string& name) override
    {
        const auto weights = weightsOf(name);
        if (!weights)
            return fail(weights.error());
        Ledger ledger;
        ledger.equal = *weights == m_weights;
        std::map<int, int> seen;
        for (const auto& [step, records] : stepsOf(name)) {
            ++seen[step];
            if (!m_records.contains(step))
                ledger.doubled += records;
        }
        for (const auto& [step, records] : m_records) {
            ledger.lost += seen[step] == 0 ? records : 0;
            ledger.doubled += std::max(0, seen[step] - 1) * records;
        }
        return ledger;
    }

private:
    [[nodiscard]] QString topic() const { return "chaos-train" + QString::fromStdString(m_stream.name); }
    [[nodiscard]] std::optional<RunInfo> find(const std::string& name) const
    {
        for (RunInfo& run : RunCatalog(m_world.home() / "runs").list())
            if (run.name == name && !run.kind.empty())
                return std::move(run);
        return std::nullopt;
    }

    [[nodiscard]] Result<std::vector<float>> weightsOf(const std::string& name) const
    {
        const auto run = find(name);
        if (!run)
            return fail(ErrorCode::Failed, "There is no run " + name);
        if (run->status != "done")
            return fail(ErrorCode::Failed, "Run " + name + " is " + run->status);
        auto checkpoint = RunCatalog::loadCheckpoint(*run);
        if (!checkpoint)
            return fail(checkpoint.error());
        return std::move(checkpoint->learner.weights);
    }

    /// The steps as metrics.csv lists them, each with its own records.
    [[nodiscard]] std::vector<std::pair<int, std::int64_t>> stepsOf(const std::string& name) const
    {
        std::vector<std::pair<int, std::int64_t>> steps;
        QFile file(QString::fromStdString((find(name)->path / "metrics.csv").string()));
        if (!file.open(QIODevice::ReadOnly))
            return steps;
        file.readLine(); // step,epoch,records,…
        std::int64_t before = 0;
        while (!file.atEnd()) {
            const auto cells = file.readLine().split(',');
            const std::int64_t records = cells.value(2).toLongLong();
            steps.emplace_back(cells.value(0).toInt(), records - before);
            before = records;
        }
        return steps;
    }

    std::vector<float> m_weights;
    std::map<int, std::int64_t> m_records; ///< by step
};

} // namespace

std::unique_ptr<Trial> makeTrainTrial(World& world, const Stream& stream)
{
    return std::make_unique<TrainTrial>(world, stream);
}

} // namespace millrace::chaos
