// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

#include "broker/TopicRows.h"
#include "kafka/Admin.h"

namespace millrace::chaos
{
namespace
{

constexpr int kFileRows = 30000;

/// Publishing a file to two topics. The ledger is the row number in the header of each message.
class PublishTrial : public Trial
{
public:
    using Trial::Trial;

    Status prepare() override
    {
        return m_world.run({"simulate", "susy", "--out", file(), "--rows", QString::number(kFileRows)});
    }

    [[nodiscard]] QStringList command(const std::string& name, bool again) const override
    {
        const QString topic = QString::fromStdString(name);
        // Small batches take their time, so that a kill falls between them.
        QStringList arguments = {"publish",
                                 file(),
                                 "--topic",
                                 topic + "-train",
                                 "--partitions",
                                 "2",
                                 "--test-topic",
                                 topic + "-test",
                                 "--test-fraction",
                                 "0.3",
                                 "--key",
                                 "row",
                                 "--kafka-property",
                                 "batch.num.messages=50",
                                 "--kafka-property",
                                 "max.in.flight=1"};
        if (again)
            arguments += "--resume";
        return arguments;
    }

    Status remember(const std::string& undisturbed) override
    {
        const auto ledger = look(undisturbed);
        if (!ledger)
            return fail(ledger.error());
        if (ledger->lost + ledger->doubled > 0)
            return fail(ErrorCode::Failed, "Without a kill the topics do not hold the file");
        return {};
    }

    Result<Ledger> look(const std::string& name) override
    {
        auto admin = Admin::open(m_world.cluster.connection());
        if (!admin)
            return fail(admin.error());
        std::vector<int> seen(kFileRows, 0);
        Ledger ledger;
        for (const std::string& topic : {name + "-train", name + "-test"}) {
            TopicRows rows;
            if (auto read = rows.read(m_world.cluster.connection(), topic, 2); !read)
                return fail(read.error());
            for (const auto& partition : rows.rows)
                for (const std::int64_t row : partition)
                    ++seen.at(static_cast<std::size_t>(row));
            if (auto deleted = admin->deleteTopic(topic); !deleted) // hundreds would slow the broker down
                return fail(deleted.error());
        }
        for (const int times : seen) {
            ledger.lost += times == 0 ? 1 : 0;
            ledger.doubled += std::max(0, times - 1);
        }
        return ledger;
    }

private:
    [[nodiscard]] QString file() const { return QString::fromStdString((m_world.home() / "rows.csv").string()); }
};

} // namespace

std::unique_ptr<Trial> makePublishTrial(World& world, const Stream& stream)
{
    return std::make_unique<PublishTrial>(world, stream);
}

} // namespace millrace::chaos
