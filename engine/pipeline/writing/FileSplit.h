// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/FileRows.h"
#include "data/splits/SplitAdvice.h"
#include "data/splits/SplitRule.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/writing/PublishConfig.h"

namespace millrace
{

/// What the split of a publication sees of a file's rows: the cells of features and label, that of the split's
/// column, and the label as it is learnt.
class FileSplit
{
public:
    explicit FileSplit(const PublishConfig& config);
    /// Whether a row's content says where it goes; else its place in the file does, or which file it is in.
    [[nodiscard]] bool isByContent() const { return m_isByContent; }
    [[nodiscard]] SplitRow of(const FileRow& row) const;

private:
    bool m_isByContent = false, m_needsContent = false;
    std::vector<std::pair<std::size_t, ColumnType>> m_columns; ///< that tell rows apart
    int m_column = -1;
    char m_decimal = '.';
};

/// Decides what is left open: whether rows are drawn one by one, and that a column of groups or parts is no feature.
/// ErrorCode::Usage where the split cannot be, ErrorCode::BadData where the test file lacks one of the columns.
Status completeSplit(PublishConfig& config);

/// A column that parts the rows is told along, but nothing to learn from: what is to be predicted is of other groups.
/// ErrorCode::Usage names a column that is none, or the label.
Status giveSplitRole(const SplitSpec& split, Schema& schema);

/// What the first 200,000 rows of a file say of how to part them.
Result<std::optional<SplitAdvice>> adviseSplit(const std::filesystem::path& file, const Schema& schema,
                                               const std::stop_token& stop);
/// Takes that, where the split is to be proposed; where it is drawn although another one fits, warns. Before
/// completeSplit().
Status takeAdvice(PublishConfig& config, JobContext& context);

} // namespace millrace
