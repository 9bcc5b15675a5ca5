// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

class QComboBox;
class QLabel;
class QPlainTextEdit;

namespace millrace
{

class Banner;
class DataTable;
class LayerChain;
class RowsModel;
struct ModelSpec;

/// The model to train: a preset for the inputs that the data have, its layers as a chain, the summary with parameters,
/// and the specification as text.
class ModelPage : public Page
{
    Q_OBJECT
public:
    ModelPage(Session& session, Shell& shell);

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void entered() override;
    void restyle() override;

private:
    QWidget* makeSidePanel();
    QWidget* makeContent();
    void showModel();
    void showSpec(const ModelSpec& spec);
    void copySpec();

    Chip* m_chip;
    Banner* m_banner;
    QComboBox* m_preset;
    QLabel* m_inputs = nullptr;
    QLabel* m_source = nullptr;
    QLabel* m_prepared = nullptr;
    QLabel* m_layers = nullptr;
    QLabel* m_parameters = nullptr;
    QLabel* m_valid = nullptr;
    LayerChain* m_chain;
    RowsModel* m_summary;
    DataTable* m_table;
    QPlainTextEdit* m_text;
};

} // namespace millrace
