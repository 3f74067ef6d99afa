// SPDX-License-Identifier: MIT
#include "layer/receiver.hpp"

#include "layer/recovery.hpp"
#include "layer/via.hpp"
#include "padded.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

namespace siptxn {
namespace {

const Octets& pong() {
    static const auto octets = std::make_shared<const std::string>("\r\n");
    return octets;
}

int status_of(const sipmsg::ParseError& error) {
    if (error.code == sipmsg::ParseErrc::version) return 505;
    return error.code == sipmsg::ParseErrc::too_large ? 513 : 400;
}

}  // namespace

// Building an answer from what a peer sent can still meet text that no message may carry; such input is dropped.
void Receiver::received(const Flow& flow, std::string_view octets, TimePoint now) {
    try {
        if (is_stream(flow.transport)) return on_stream(flow, octets, now);
        on_message(flow, octets, now);
    } catch (const std::logic_error&) {
        ++context_.statistics.malformed_dropped;
    }
}

void Receiver::on_message(const Flow& flow, std::string_view octets, TimePoint now) {
    if (flow.transport != Transport::udp) {
        Connection* connection = flows_.find(flow.id);
        if (!connection) return;
        flows_.spoke(*connection);
        flows_.heard(*connection, now);
    } else if (is_stun(octets)) {
        return flows_.on_stun(flow, octets, now);
    }
    auto start = octets.find_first_not_of("\r\n");
    if (start == octets.npos) {  // a keep-alive; RFC 5626 §3.5.1 answers it on connections only
        if (octets == "\r\n\r\n" && flow.transport != Transport::udp) flows_.send(flow, pong(), now);
        return;
    }
    octets.remove_prefix(start);  // RFC 3261 §7.5
    seen(flow, octets);
    sipmsg::ParseOptions options;
    options.limits = context_.options.limits.message;
    auto message = sipmsg::parse(octets, options);
    if (!message) return malformed(octets, flow, message.error(), now);
    handle(*message, flow, now);
}

void Receiver::on_stream(const Flow& flow, std::string_view octets, TimePoint now) {
    Connection* connection = flows_.find(flow.id);
    if (!connection || !connection->framer) return;
    connection->framer->feed(octets);
    while (connection && take_one(*connection, now)) connection = flows_.find(flow.id);
    connection = flows_.find(flow.id);
    if (!connection) return;
    if (connection->framer->pending() > context_.options.limits.stream_octets)
        return flows_.close(flow.id, Errc::too_large, now);
    flows_.heard(*connection, now);
    if (flows_.is_overfull()) flows_.close(flow.id, Errc::overloaded, now);
}

/// False when the stream holds no more.
bool Receiver::take_one(Connection& connection, TimePoint now) {
    const Flow flow = connection.flow;
    auto next = connection.framer->next();
    if (std::holds_alternative<sipmsg::StreamFramer::NeedMore>(next)) return false;
    connection.message_deadline.reset();
    flows_.spoke(connection);
    if (std::holds_alternative<sipmsg::StreamFramer::Ping>(next)) flows_.send(flow, pong(), now);
    if (std::holds_alternative<sipmsg::StreamFramer::Pong>(next) && std::exchange(connection.owes_pong, false))
        connection.framer->take_pong();
    if (auto* message = std::get_if<sipmsg::MessageView>(&next)) {
        seen(flow, message->octets());
        handle(*message, flow, now);
    }
    auto* error = std::get_if<sipmsg::ParseError>(&next);
    if (!error) return true;
    broken(flow, connection.framer->damaged(), *error, now);
    return false;
}

/// Where the next message begins is unknown: answer what can be answered, then close (RFC 3261 §18.3). `head` is what
/// the framer shows of the damaged message.
void Receiver::broken(const Flow& flow, std::string_view head, const sipmsg::ParseError& error, TimePoint now) {
    if (!head.empty()) seen(flow, head);
    malformed(head, flow, error, now);
    flows_.close(flow.id, Errc::malformed, now);
}

void Receiver::handle(sipmsg::MessageView& message, const Flow& flow, TimePoint now) {
    sipmsg::Essentials head;
    const bool all = context_.options.check_addresses;
    if (auto error = all ? sipmsg::check_mandatory(message, head) : sipmsg::read_essentials(message, head))
        return unsound(message, flow, status_of(*error), *error, now);
    message.note(head);
    if (const auto id = head.call_id.text; !context_.options.share.owns(id)) return hand_over(message, id, flow);
    if (message.is_request()) return request(message, head, flow, now);
    if (!clients_.on_response(message, head, flow, now)) stray(message, head, flow);
}

void Receiver::hand_over(const sipmsg::MessageView& message, std::string_view call_id, const Flow& flow) {
    ++context_.statistics.handed_over;
    context_.emit(HandOver{context_.options.share.owner_of(call_id), flow, padded(message.octets())});
}

void Receiver::request(const sipmsg::MessageView& message, const sipmsg::Essentials& head, const Flow& flow,
                       TimePoint now) {
    if (flow.transport == Transport::tls && head.via.params().has("alias"))
        flows_.alias(flow.id, head.via.port().value_or(default_port(flow.transport)));
    servers_.on_request(message, head, flow, now);
}

void Receiver::malformed(std::string_view octets, const Flow& flow, const sipmsg::ParseError& error, TimePoint now) {
    if (auto request = recover(octets)) return unsound(request->view(), flow, status_of(error), error, now);
    ++context_.statistics.malformed_dropped;
}

void Receiver::unsound(const sipmsg::MessageView& request, const Flow& flow, int status,
                       const sipmsg::ParseError& error, TimePoint now) {
    if (!is_answerable(request)) {
        ++context_.statistics.malformed_dropped;
        return;
    }
    auto phrase = status == 400 ? sipmsg::to_string(error) : std::string();  // RFC 3261 §21.4.1 wants the fault named
    answers_.answer(request, *request.top<sipmsg::Via>(), {.status = status, .phrase = phrase}, flow, now);
    ++context_.statistics.malformed_answered;
}

void Receiver::stray(const sipmsg::MessageView& response, const sipmsg::Essentials& head, const Flow& flow) {
    if (!is_ours(head.via, flow)) {
        ++context_.statistics.strays_dropped;
        return;
    }
    context_.report(StrayResponse{std::make_shared<const sipmsg::Message>(response), flow});
}

/// RFC 3261 §18.1.2: a response whose top Via names someone else is not for us.
bool Receiver::is_ours(const sipmsg::Via& via, const Flow& flow) const {
    auto claimed = sent_by_of(via);
    if (!context_.options.via_host.empty()) return sipmsg::iequals(claimed, context_.options.via_host);
    if (is_websocket(flow.transport) && sipmsg::iequals(claimed, websocket_host(flow))) return true;
    auto ip = IpAddress::parse(via.host().text);
    if (!ip) return false;
    SocketAddress address{*ip, via.port().value_or(default_port(flow.transport))};
    return address == flow.local || address == advertised(flow, context_.listeners);
}

void Receiver::seen(const Flow& flow, std::string_view octets) {
    if (reporting_) context_.emit(MessageSeen{flow, std::make_shared<const std::string>(octets)});
}

}  // namespace siptxn
