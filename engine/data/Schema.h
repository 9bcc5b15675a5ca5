// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "data/Columns.h"
#include "data/Task.h"
#include "data/files/CsvLayout.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// What somebody has decided that the label's values are.
enum class LabelUse { Auto, Classes, Numbers };

/// What the columns of a table are, and how its text is cut. One column at most may be the weight or the key, and one
/// the label: but a regression may have several, each a target of its own. Of two classes a label of numbers is the
/// class itself, 0 or 1; one of texts is one of `classes` (index = class), numbers among them by value. Of a regression
/// it is the number.
struct Schema : CsvLayout {
    std::string name; ///< of a built-in one, or the file's
    std::vector<Column> columns;
    TaskKind task = TaskKind::Binary; ///< that the label sets
    LabelUse labelUse = LabelUse::Auto;
    std::string positive; ///< of two classes, by its value: the one that is looked for, as somebody has decided
    std::vector<std::string> classes; ///< display names ("background", "signal"), or the texts of a text label
    /// Task, type and classes of the label are as the whole file says, or as somebody has decided; else they are a
    /// guess, and setClasses() is to be called before they are relied on.
    bool classesKnown = false;
    /// Of records: the label is the key of a message, and its value holds the other columns that are not ignored. Else
    /// the value holds all that are not, the label among them.
    bool labelInKey = true;
    /// Of records that somebody else has published: the value holds all columns, those too that are to be ignored.
    bool ignoredInValue = false;

    [[nodiscard]] int columnNamed(std::string_view columnName) const; ///< −1 when there is none
    [[nodiscard]] std::vector<std::string> columnNames() const;
    /// Whether the values of a column that is called so are private: its own, or as part of an object that is.
    [[nodiscard]] bool isPrivate(std::string_view columnName) const;
    [[nodiscard]] int columnOf(ColumnRole role) const; ///< the first; −1 when there is none
    [[nodiscard]] int labelColumn() const { return columnOf(ColumnRole::Label); }
    [[nodiscard]] std::vector<int> labelColumns() const { return columnsOf(ColumnRole::Label); }
    [[nodiscard]] std::string labelNames() const; ///< "speed, force"; empty without a label
    [[nodiscard]] int weightColumn() const { return columnOf(ColumnRole::Weight); }
    [[nodiscard]] int keyColumn() const { return columnOf(ColumnRole::Key); }
    [[nodiscard]] std::string nameOf(ColumnRole role) const; ///< of that column; empty when there is none
    [[nodiscard]] std::vector<int> columnsOf(ColumnRole role) const;
    [[nodiscard]] std::vector<int> featureColumns() const; ///< in file order
    [[nodiscard]] std::vector<std::string> featureNames() const;
    /// What the value of a record holds, in order.
    [[nodiscard]] std::vector<int> valueColumns() const;
    [[nodiscard]] std::vector<std::string> valueNames() const;
    [[nodiscard]] std::string className(int index) const; ///< "class 0" when unnamed
};

/// The column of that name, or the only one that is called so before its unit: "speed" for "speed [m/s]"; −1: none.
int columnCalled(const Schema& schema, const std::string& name);

/// What a model of this table is asked for. Of a regression its targets, one a label, have no mean and scale yet; a
/// unit stands in brackets behind the label's name: "speed [m/s]".
Task taskOf(const Schema& schema);

/// The labels that are the targets of a model, in its order: the one that there is, or of several those of the targets'
/// names. ErrorCode::BadData names a target that is no label.
Result<std::vector<int>> targetColumns(const Schema& schema, const Task& task);

/// So many numbers can be foretold at once: scores of a group have to fit into one message.
inline constexpr std::size_t kMostLabels = 8;
/// ErrorCode::Usage where the table has several labels: a simulator draws one.
Status oneLabel(const Schema& schema);
/// Why these columns cannot be labels together; empty where they can: they are foretold as numbers.
std::string whyNotLabels(const Schema& schema, const std::vector<int>& columns);

/// Of records of which no more is known than the names of their features.
Schema featureSchema(const std::vector<std::string>& names);

nlohmann::json toJson(const Schema& schema);
nlohmann::json toJson(const CsvLayout& layout);
Result<Schema> schemaFromJson(const nlohmann::json& json);

} // namespace millrace
