// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

#include "pipeline/online/ScoreLog.h"
#include "pipeline/runs/RunCatalog.h"

#include <map>

namespace millrace::chaos
{
namespace
{

/// Online learning from one partition, in two passes. The ledger is scores.csv, a line a record.
class OnlineTrial : public Trial
{
public:
    using Trial::Trial;

    Status prepare() override { return m_stream.fill(m_world, topic(), 4000, 1); }

    [[nodiscard]] QStringList command(const std::string& name, bool again) const override
    {
        // Killed before it had noted what it begins with, it has not read anything either.
        if (const auto run = find(name); again && run && std::filesystem::exists(run->path / "start.safetensors"))
            return {"runs", "resume", QString::fromStdString(run->folder)};
        const QString text = "online --records 200 --linger 600000 --epochs 1 --passes 2 --batch 16 --max-rate 5000 "
                             "--checkpoint-seconds 0 --checkpoint-steps 5 --detectors adwin --seed 7 --until end";
        return text.split(' ') + m_stream.training +
               QStringList{"--topic", topic(), "--group", QString::fromStdString(name)};
    }

    Status remember(const std::string& undisturbed) override
    {
        auto weights = weightsOf(undisturbed);
        if (!weights)
            return fail(weights.error());
        m_weights = std::move(*weights);
        auto records = recordsOf(undisturbed);
        if (!records)
            return fail(records.error());
        m_records = std::move(*records);
        return {};
    }

    Result<Ledger> look(const std::string& name) override
    {
        const auto weights = weightsOf(name);
        if (!weights)
            return fail(weights.error());
        auto records = recordsOf(name);
        if (!records)
            return fail(records.error());
        Ledger ledger;
        ledger.equal = *weights == m_weights;
        for (const auto& [offset, times] : m_records)
            ledger.lost += records->contains(offset) ? 0 : times;
        for (const auto& [offset, times] : *records)
            ledger.doubled += m_records.contains(offset) ? times - 1 : times;
        return ledger;
    }

private:
    [[nodiscard]] QString topic() const { return "chaos-online" + QString::fromStdString(m_stream.name); }
    [[nodiscard]] std::optional<RunInfo> find(const std::string& group) const
    {
        static const nlohmann::json::json_pointer kGroup("/configuration/group");
        for (RunInfo& run : RunCatalog(m_world.home() / "runs").list())
            if (run.kind == "online" && run.description.value(kGroup, "") == group)
                return std::move(run);
        return std::nullopt;
    }

    [[nodiscard]] Result<std::vector<float>> weightsOf(const std::string& group) const
    {
        const auto run = find(group);
        if (!run || run->status != "done")
            return fail(ErrorCode::Failed, "The run of group " + group + " is " + (run ? run->status : "missing"));
        auto checkpoint = RunCatalog::loadCheckpoint(*run);
        if (!checkpoint)
            return fail(checkpoint.error());
        return std::move(checkpoint->learner.weights);
    }

    /// How often each offset stands in scores.csv.
    [[nodiscard]] Result<std::map<std::int64_t, int>> recordsOf(const std::string& group) const
    {
        const auto file = find(group)->path / "scores.csv";
        std::map<std::int64_t, int> records;
        const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file));
        if (auto read = ScoreLog::read(file, bytes, [&](const Score& score) { ++records[score.offset]; }); !read)
            return fail(read.error());
        return records;
    }

    std::vector<float> m_weights;
    std::map<std::int64_t, int> m_records; ///< by offset
};

} // namespace

std::unique_ptr<Trial> makeOnlineTrial(World& world, const Stream& stream)
{
    return std::make_unique<OnlineTrial>(world, stream);
}

} // namespace millrace::chaos
