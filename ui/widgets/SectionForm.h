// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Sections.h"
#include "widgets/Widgets.h"

#include <vector>

namespace millrace
{

/// The fields of a section: headings, labels, ranges, choices and help are the table's (session/Sections.cpp), so that
/// a key is added there alone. A key without a heading has no field. objectName is "<section>Form", a field's
/// "<section><Key>Field".
class SectionForm : public FormPanel
{
    Q_OBJECT
public:
    /// offered: keys whose values a page offers from what there is, by offer().
    SectionForm(const std::string& section, const std::vector<std::string>& offered, QWidget* parent = nullptr);

    /// What the fields say other than the defaults, unchecked: who starts the job checks it.
    [[nodiscard]] nlohmann::json section() const;
    /// Fills the fields; those of absent keys stay.
    void load(const nlohmann::json& section);
    [[nodiscard]] QString text(const std::string& key) const;
    void setText(const std::string& key, const QString& text);
    /// New items for a key's list; what is written stays.
    void offer(const std::string& key, const QStringList& items);
    void setEditable(bool editable);

signals:
    void changed(const QString& key); ///< of texts
    void submitted();                 ///< Return in a text

private:
    struct Field {
        const SectionKey* key = nullptr;
        QWidget* widget = nullptr;
    };
    void addKey(const SectionKey& key, bool offered);
    [[nodiscard]] QWidget* makeField(const SectionKey& key, bool offered);
    [[nodiscard]] QWidget* widgetOf(const std::string& key) const;

    QString m_section;
    std::vector<Field> m_fields;
};

} // namespace millrace
