// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <librdkafka/rdkafka.h>
#include <string>
#include <string_view>
#include <vector>

/// Private to engine/kafka: errors of librdkafka as ours.
namespace millrace::kafka
{

/// What an operation needs where the cluster checks rights: {"READ", "topic", "events"}.
struct Right {
    const char* operation = "";
    const char* resource = "";
    std::string name{};
};
using Rights = std::vector<Right>;
/// An error of librdkafka as ours; "what" leads the message ("Cannot commit the offsets of group g"). An answer that
/// did not come has the handle's trouble as its cause; a refusal names that of the rights which is missing. Neither is
/// mended by trying again: ErrorCode::Unreachable that is not retriable.
Error errorFor(const rd_kafka_t* handle, rd_kafka_resp_err_t code, const std::string& what,
               const std::string& detail = {}, const Rights& rights = {});
/// Why no answer comes: of no broker, or which of them does not answer while others do. "what" may be empty.
Error unanswered(const rd_kafka_t* handle, const std::string& what);
/// A broker refuses our login, or we its certificate: nothing that waiting mends.
bool isRefusal(const rd_kafka_t* handle, rd_kafka_resp_err_t code);
/// A group's coordinator just starts, or has moved: asked again in a moment, one answers. librdkafka looks for it then,
/// but hands this answer out.
bool isCoordinatorMoving(rd_kafka_resp_err_t code);
constexpr int kCoordinatorAgain = 50; ///< milliseconds until then
/// True for what says that brokers are away for now.
bool isAway(rd_kafka_resp_err_t code);
/// What a refused right is about, as kafka-acls calls it; empty for other codes.
std::string_view refusedResource(rd_kafka_resp_err_t code);
Error unknownTopic(const std::string& topic, const std::vector<std::string>& existing);

} // namespace millrace::kafka
