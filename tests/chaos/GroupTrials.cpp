// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

#include "base/Text.h"
#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "pipeline/runs/RunCatalog.h"

#include <map>

namespace millrace::chaos
{
namespace
{

/// What reads as a member of a group and commits in transactions: the same command goes on with it after a kill.
class GroupTrial : public Trial
{
public:
    GroupTrial(World& world, const Stream& stream, QString kind) : Trial(world, stream), m_kind(std::move(kind)) {}

    Status prepare() override
    {
        if (auto filled = m_stream.fill(m_world, topic(), 6000, 2); !filled)
            return filled;
        return m_world.run(
            QStringList{"train", "--topic", topic(), "--partition", "0", "--run", model(), "--epochs", "1"} +
            m_stream.training);
    }

    [[nodiscard]] QStringList command(const std::string& name, bool /*again*/) const override
    {
        return {m_kind,       "--run", model(),      "--topic", topic(), "--group", QString::fromStdString(name),
                "--interval", "150",   "--max-rate", "6000"};
    }

protected:
    [[nodiscard]] QString topic() const { return "chaos-" + m_kind + QString::fromStdString(m_stream.name); }
    [[nodiscard]] QString model() const { return "model-" + m_kind + QString::fromStdString(m_stream.name); }

private:
    QString m_kind;
};

/// The ledger is the merged confusion matrix of the group.
class EvaluateTrial : public GroupTrial
{
public:
    EvaluateTrial(World& world, const Stream& stream) : GroupTrial(world, stream, "evaluate") {}

    Status remember(const std::string& undisturbed) override
    {
        auto confusion = confusionOf(undisturbed);
        if (!confusion)
            return fail(confusion.error());
        m_confusion = std::move(*confusion);
        return {};
    }

    Result<Ledger> look(const std::string& name) override
    {
        const auto confusion = confusionOf(name);
        if (!confusion)
            return fail(confusion.error());
        Ledger ledger;
        const std::int64_t more = totalOf(*confusion) - totalOf(m_confusion);
        ledger.lost = std::max<std::int64_t>(0, -more);
        ledger.doubled = std::max<std::int64_t>(0, more);
        ledger.equal = *confusion == m_confusion;
        return ledger;
    }

private:
    static std::int64_t totalOf(const nlohmann::json& confusion)
    {
        std::int64_t total = 0;
        for (const auto& row : confusion)
            for (const auto& count : row)
                total += count.get<std::int64_t>();
        return total;
    }

    /// Of the member that ended last.
    [[nodiscard]] Result<nlohmann::json> confusionOf(const std::string& group) const
    {
        static const nlohmann::json::json_pointer kGroup("/configuration/group"), kConfusion("/result/confusion");
        std::string ended;
        nlohmann::json confusion;
        for (const RunInfo& run : RunCatalog(m_world.home() / "runs").list()) {
            const std::string when = run.description.value("ended", "");
            if (run.status != "done" || run.description.value(kGroup, "") != group || when < ended)
                continue;
            ended = when;
            confusion = run.description.at(kConfusion);
        }
        if (confusion.is_null())
            return fail(ErrorCode::Failed, "Group " + group + " has no evaluation that came to its end");
        return confusion;
    }

    nlohmann::json m_confusion;
};

/// The ledger is the output topic as a reader of committed records sees it: its headers name the records.
class PredictTrial : public GroupTrial
{
public:
    PredictTrial(World& world, const Stream& stream) : GroupTrial(world, stream, "predict") {}

    [[nodiscard]] QStringList command(const std::string& name, bool again) const override
    {
        return GroupTrial::command(name, again) + QStringList{"--to", QString::fromStdString(name + "-out")};
    }

    Status remember(const std::string& undisturbed) override
    {
        auto records = recordsOf(undisturbed);
        if (!records)
            return fail(records.error());
        m_records = std::move(*records);
        return {};
    }

    Result<Ledger> look(const std::string& name) override
    {
        const auto records = recordsOf(name);
        if (!records)
            return fail(records.error());
        Ledger ledger;
        for (const auto& [record, times] : m_records)
            ledger.lost += records->contains(record) ? 0 : times;
        for (const auto& [record, times] : *records)
            ledger.doubled += m_records.contains(record) ? times - 1 : times;
        return ledger;
    }

private:
    using Records = std::map<std::pair<std::int64_t, std::int64_t>, int>; ///< times by partition and offset

    struct Reader : ConsumerEvents {
        Records records;
        int ended = 0;
        void onMessage(const MessageView& message) override
        {
            const auto number = [&](const char* header) {
                return parseInteger(message.header(header).value_or("")).value_or(-1);
            };
            ++records[{number("partition"), number("offset")}];
        }
        void onEnd(int /*partition*/, std::int64_t /*offset*/) override { ++ended; }
    };

    Result<Records> recordsOf(const std::string& name)
    {
        const std::string out = name + "-out";
        auto consumer = Consumer::assign(m_world.cluster.connection(), {}, {{out, 0, -2}, {out, 1, -2}});
        if (!consumer)
            return fail(consumer.error());
        Reader reader;
        while (reader.ended < 2)
            if (auto polled = consumer->poll(std::chrono::milliseconds(200), 10000, reader); !polled)
                return fail(polled.error());
        consumer->close(std::chrono::milliseconds(500));
        auto admin = Admin::open(m_world.cluster.connection());
        if (!admin)
            return fail(admin.error());
        if (auto deleted = admin->deleteTopic(out); !deleted) // hundreds would slow the broker down
            return fail(deleted.error());
        return std::move(reader.records);
    }

    Records m_records;
};

} // namespace

std::unique_ptr<Trial> makeEvaluateTrial(World& world, const Stream& stream)
{
    return std::make_unique<EvaluateTrial>(world, stream);
}

std::unique_ptr<Trial> makePredictTrial(World& world, const Stream& stream)
{
    return std::make_unique<PredictTrial>(world, stream);
}

} // namespace millrace::chaos
