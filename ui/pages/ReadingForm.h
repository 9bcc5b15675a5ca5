// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/Widgets.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace millrace
{

/// How the text of a file was read (separator, decimal mark, comments, encoding, header), each as it was found, to be
/// changed by a person, and the file's first lines as they stand. Its fields are made from readingKeys().
class ReadingForm : public Card
{
    Q_OBJECT
public:
    explicit ReadingForm(QWidget* parent = nullptr);

    /// What a summary was asked and what it found.
    void showReading(const nlohmann::json& section, const nlohmann::json& reading);
    /// A file that cannot be read in this way: what it was asked for, to be chosen otherwise.
    void showUnread(const nlohmann::json& section);
    void forget(); ///< another file: nothing of it is chosen yet
    /// Keys of the section "summarize"; an empty object while all is left to be found.
    [[nodiscard]] const nlohmann::json& chosen() const { return m_chosen; }

signals:
    void changed();

private:
    struct Field {
        QComboBox* combo = nullptr;
        QString shown; ///< what was found or chosen last: the same text again is no change
    };
    void choose(const std::string& key);
    /// What the section says of the key; what is chosen goes on.
    QString askedFor(const nlohmann::json& section, const std::string& key);

    std::map<std::string, Field> m_fields; ///< by the key's name
    nlohmann::json m_chosen = nlohmann::json::object();
    QLabel* m_linesTitle;
    QPlainTextEdit* m_lines;
};

} // namespace millrace
