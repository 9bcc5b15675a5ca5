// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <nlohmann/json.hpp>

namespace millrace
{

class Session;

/// What the session's jobs know about a topic's records: whether they are simulated, and the best that any model can
/// reach on them ({accuracy, loss, auc} or null).
struct TopicOrigin {
    bool simulated = false;
    nlohmann::json best;
};
TopicOrigin originOf(const Session& session, const QString& topic);

/// A number of an object, NaN when it is absent or null.
double numberOr(const nlohmann::json& object, const char* key);

} // namespace millrace
