// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Sections.h"
#include "widgets/Widgets.h"

#include <vector>

namespace millrace
{

/// How a form takes a section: of keys that are absent in it the fields stay, or take their defaults.
enum class Fill { Given, Whole };

/// What the fields of a section are for, as Markdown: its headings, and a line a field.
QString fieldsAsMarkdown(const Section& section);

/// The fields of a section: headings, labels, ranges, choices and help are the table's (session/Sections.cpp), so that
/// a key is added there alone. A key without a heading has no field; what load() was given of it stays. A field that
/// would say nothing without another one is grey until that is filled. objectName is "<section>Form", a field's
/// "<section><Key>Field".
class SectionForm : public FormPanel
{
    Q_OBJECT
public:
    /// section: outlives the form. offered: keys whose values a page offers from what there is, by offer().
    SectionForm(const Section& section, const std::vector<std::string>& offered, QWidget* parent = nullptr,
                Place place = Place::Own);

    /// What the fields say other than the defaults, unchecked: who starts the job checks it.
    [[nodiscard]] nlohmann::json section() const;
    /// What the page begins with, in place of the table's default: until somebody fills the form with a whole section.
    void setFirst(const std::string& key, const QString& text);
    [[nodiscard]] QString first(const std::string& key) const; ///< what setFirst() gave
    /// Fills the fields; null is the default. A whole section that is empty is what the form began with.
    void load(const nlohmann::json& section, Fill fill);
    [[nodiscard]] QString text(const std::string& key) const;
    void setText(const std::string& key, const QString& text);
    /// New items for a key's list; what is written stays.
    void offer(const std::string& key, const QStringList& items);
    /// Not, while a job runs: but for the keys of which that takes a new value.
    void setEditable(bool editable);

signals:
    void changed(const QString& key);
    void edited(const QString& key);                          ///< a text, by a person, who has left it
    void entered(const QString& key, const QString& written); ///< Return in a live key's text
    void submitted();                                         ///< Return in another text

private:
    struct Field {
        const SectionKey* key = nullptr;
        QWidget* widget = nullptr;
    };
    void addKey(const SectionKey& key, bool offered);
    void keep(const nlohmann::json& section);
    [[nodiscard]] QWidget* makeField(const SectionKey& key, bool offered);
    [[nodiscard]] QWidget* makeChoice(const SectionKey& key, const QString& name);
    [[nodiscard]] QWidget* makeText(const SectionKey& key, const QString& name);
    [[nodiscard]] bool saysSomething(const SectionKey& key) const;
    void enable();
    [[nodiscard]] QWidget* widgetOf(const std::string& key) const;

    QString m_section;
    std::vector<Field> m_fields;
    nlohmann::json m_first = nlohmann::json::object(); ///< what the page began with
    nlohmann::json m_rest = nlohmann::json::object();  ///< what was loaded and has no field, or one that holds a part
    bool m_isEditable = true;
};

} // namespace millrace
