// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

namespace millrace
{

class Shell;

/// The records that a finished job could not use, as every page shows them: how many of how many, by reason and column
/// with an example, and the file that has them. Hidden where there are none.
class RejectedBanner : public Banner
{
    Q_OBJECT
public:
    explicit RejectedBanner(Shell& shell);

    /// Null, as while a job is under way: nothing.
    void showResult(const nlohmann::json& result);

private:
    QString m_file;
};

} // namespace millrace
