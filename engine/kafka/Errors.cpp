// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Errors.h"

#include "base/Text.h"
#include "kafka/Handle.h"
#include "kafka/PortLook.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

namespace millrace::kafka
{
namespace
{

constexpr Milliseconds kLook(500), kKnock(300); ///< for which brokers are there, when one does not answer

std::string adviceFor(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return "Ask the cluster's administrator for the right, or connect as another user";
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
        return "Check user name, password and mechanism";
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        return "The records were deleted, or never there: start from earliest, latest or another offset";
    case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
        return "The group took the partitions away because nothing was read for max.poll.interval.ms: raise it with "
               "--kafka-property, or take smaller steps";
    case RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP:
        return "Stop the group's members first";
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
        return "Another member has the partitions now; they are read again from the last commit";
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
        return "Raise the topic's max.message.bytes, and message.max.bytes with --kafka-property";
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
        return "Check that the topic's brokers run; message.timeout.ms is how long a record is tried";
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
    case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
        return "Try again when the topic's brokers are back, or lower its min.insync.replicas";
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
        return "The group's other members share partitions in another way (cooperative-sticky, or the newer protocol "
               "of "
               "Kafka 4), and one group has one way: take a group of its own with --group, which reads all records "
               "beside them";
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return "A topic's name has up to 249 letters, digits, dots, underscores and hyphens";
    default:
        return {};
    }
}

bool isUsage(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION || code == RD_KAFKA_RESP_ERR_INVALID_PARTITIONS ||
           code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND || code == RD_KAFKA_RESP_ERR_INVALID_GROUP_ID ||
           code == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL;
}

std::string led(const std::string& what, std::string text)
{
    if (what.empty())
        return text;
    if (text.starts_with("No ") || text.starts_with("The ") || text.starts_with("Something "))
        text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
    return what + ": " + text;
}

Error silence(const Witness& witness, const std::string& what, const std::optional<Trouble>& trouble)
{
    std::string text = "No Kafka broker answers at " + witness.brokers();
    if (trouble)
        text += ": " + (trouble->broker == witness.brokers() ? "" : trouble->broker + ", ") + trouble->reason;
    return {ErrorCode::Unreachable, led(what, std::move(text)),
            trouble && !trouble->advice.empty() ? trouble->advice : "Check the address, and that the cluster runs",
            true};
}

/// Of a cluster that answers: which brokers do not.
std::optional<Error> absence(const rd_kafka_t* handle, const std::string& what)
{
    const rd_kafka_metadata_t* metadata = nullptr;
    // The call changes nothing in the handle that a caller could see.
    if (rd_kafka_metadata(const_cast<rd_kafka_t*>(handle), 0, nullptr, &metadata, static_cast<int>(kLook.count())) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::nullopt;
    std::string absent;
    int answering = 0;
    for (int i = 0; i < metadata->broker_cnt; ++i) {
        const auto& broker = metadata->brokers[i];
        const std::string trouble = lookAtPort(broker.host, broker.port, kKnock).trouble;
        if (trouble.empty())
            ++answering;
        else
            absent += (absent.empty() ? "" : "; ") + ("the broker at " + std::string(broker.host)) + ":" +
                      std::to_string(broker.port) + " does not answer: " + trouble;
    }
    rd_kafka_metadata_destroy(metadata);
    if (absent.empty())
        absent = "no answer came in time, though the cluster at " + witnessOf(handle).brokers() + " answers";
    else
        absent += ", while " + std::to_string(answering) + (answering == 1 ? " other does" : " others do");
    return Error{ErrorCode::Unreachable, what.empty() ? "In part: " + absent : what + ": " + absent,
                 "Try again, or ask the cluster's administrator", true};
}

std::string missing(const Right& right)
{
    return std::string("the right ") + right.operation + " on " + right.resource +
           (right.name.empty() ? "" : " " + right.name) + " is missing";
}

std::string grant(const Right& right)
{
    std::string resource = std::string(" --") + right.resource;
    if (!right.name.empty())
        resource += " '" + right.name + "'";
    return std::string("Ask the cluster's administrator for it (kafka-acls --add --operation ") + right.operation +
           resource + " --allow-principal User:…), or log in as another user";
}

} // namespace

std::string_view refusedResource(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        return "topic";
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        return "group";
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        return "cluster";
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        return "transactional-id";
    default:
        return {};
    }
}

bool isCoordinatorMoving(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_NOT_COORDINATOR || code == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
           code == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
}

bool isAway(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__NODE_UPDATE:
    case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
    case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
    case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        return true;
    default:
        return isCoordinatorMoving(code);
    }
}

Error unanswered(const rd_kafka_t* handle, const std::string& what)
{
    const Witness& witness = witnessOf(handle);
    const auto trouble = witness.trouble();
    if (trouble && trouble->isLasting())
        return {ErrorCode::Unreachable, led(what, sentence(*trouble)), trouble->advice, false};
    if (witness.hasAnswered())
        if (auto error = absence(handle, what))
            return *error;
    return silence(witness, what, trouble);
}

bool isRefusal(const rd_kafka_t* handle, rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED)
        return true;
    const auto trouble = witnessOf(handle).trouble();
    return code == RD_KAFKA_RESP_ERR__SSL && trouble && trouble->kind == Trouble::Kind::Certificate;
}

Error errorFor(const rd_kafka_t* handle, rd_kafka_resp_err_t code, const std::string& what, const std::string& detail,
               const Rights& rights)
{
    if (isAway(code))
        return unanswered(handle, what);
    if (const auto trouble = witnessOf(handle).trouble(); isRefusal(handle, code) && trouble && trouble->isLasting())
        return unanswered(handle, what);
    if (const auto right = std::ranges::find(rights, refusedResource(code), &Right::resource); right != rights.end())
        return {ErrorCode::Unreachable, what + ": " + missing(*right), grant(*right)};
    const std::string reason = detail.empty() ? std::string(rd_kafka_err2str(code)) : detail;
    return {isUsage(code) ? ErrorCode::Usage : ErrorCode::Failed, what + ": " + reason, adviceFor(code)};
}

Error unknownTopic(const std::string& topic, const std::vector<std::string>& existing)
{
    return {ErrorCode::Usage, "The topic " + topic + " does not exist",
            didYouMean(topic, existing, "millrace topics list names those that exist; publishing to a topic makes it")};
}

} // namespace millrace::kafka
