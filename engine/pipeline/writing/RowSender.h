// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "base/Rng.h"
#include "data/Batch.h"
#include "data/Rejections.h"
#include "data/files/RowDecoder.h"
#include "data/formats/RecordFormat.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/writing/Digits.h"
#include "pipeline/writing/FileLook.h"
#include "pipeline/writing/PublishPart.h"

namespace millrace
{

/// The sending pass of a publication: reads the file once more and sends its rows to their parts, in file order or
/// through a buffer that shuffles them by the seed, save those that stand there already. What it is given outlives it.
class RowSender
{
public:
    /// `keyColumn`: −1 where the key is none, the label or the row number.
    RowSender(const PublishConfig& config, const MessageLimit& limit, JobContext& context,
              std::unique_ptr<RecordFormat> format, int keyColumn, std::vector<PublishPart> parts,
              const FileLook& look);

    /// Until every record is acknowledged. An error where one cannot be sent, at a stop, and where the file is not the
    /// one any more that was looked through.
    Status run();

    [[nodiscard]] const std::vector<PublishPart>& parts() const { return m_parts; }
    [[nodiscard]] std::int64_t met() const { return m_met; }       ///< rows that were there already
    [[nodiscard]] std::int64_t usable() const { return m_usable; } ///< rows that were read
    [[nodiscard]] const Rejections& rejected() const { return m_rejected; }
    [[nodiscard]] double seconds() const { return secondsSince(m_began); }

private:
    struct PendingMessage {
        std::string key, value;
        std::int64_t row = 0;
        int label = 0;
        int part = 0;
    };

    [[nodiscard]] std::string fileChange(const Status& status) const;
    [[nodiscard]] Error changedFile(const std::string& change) const;
    Status sendAll();
    Status sendRows(const std::filesystem::path& file, std::int64_t most);
    [[nodiscard]] int partOf(const FileRow& row, SplitSelector& places) const;
    Status takeRow(const std::filesystem::path& file, const CsvRow& row, float label, int part);
    Status sendPending();
    Status send(const PendingMessage& message);
    Status reject(const std::filesystem::path& file, const FileRow& row);
    std::string_view keyOf(const CsvRow& row, const RecordFormat::Message& message);
    [[nodiscard]] std::int64_t done() const;
    void report(double fraction);

    const PublishConfig& m_config;
    const MessageLimit& m_limit;
    JobContext& m_context;
    const FileLook& m_look;
    std::unique_ptr<RecordFormat> m_format;
    int m_keyColumn;
    std::vector<PublishPart> m_parts;
    std::int64_t m_total; ///< rows that will be sent; 0 unknown
    FileSplit m_split;
    bool m_isTestFile = false; ///< which is being read
    Rng m_order;
    Rejections m_rejected;
    std::int64_t m_usable = 0; ///< rows in the sending pass
    std::vector<PendingMessage> m_pending;
    PendingMessage m_next; ///< takes over the strings of the one that it displaces: the steady state allocates nothing
    Digits m_rowKey, m_rowHeader;
    std::int64_t m_met = 0;
    Clock::time_point m_began = Clock::now(), m_reported = Clock::now();
};

} // namespace millrace
