// SPDX-License-Identifier: MIT
#include "layer/rig.hpp"

#include <siptxn/stun.hpp>

#include <fmt/format.h>

namespace siptxn {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

constexpr std::string_view type_names[] = {"A", "AAAA", "SRV", "NAPTR"};

template <class Id>
auto number(Id id) {
    return static_cast<std::uint64_t>(id);
}

std::string title(std::string_view octets) {
    if (auto stun = read_stun(octets)) {
        if (stun->kind == StunMessage::Kind::request) return "binding request";
        return stun->mapped ? "binding of " + to_string(*stun->mapped) : fmt::format("binding {}", stun->code);
    }
    auto message = sipmsg::parse(octets);
    if (!message) return octets == "\r\n" ? "pong" : "?";
    if (message->is_request()) return std::string(message->method_text());
    auto cseq = message->top<sipmsg::CSeq>();
    return fmt::format("{} {}", message->status(), cseq ? cseq->method_text : "");
}

}  // namespace

std::string Rig::line(const Output& output) {
    return std::visit(
        Overloaded{
            [&](const Transmit& o) {
                sent.push_back(*o.octets);
                sent_on.push_back(o.flow);
                return fmt::format("{} {} {}", to_string(o.flow.transport), to_string(o.flow.remote), title(*o.octets));
            },
            [&](const OpenFlow& o) {
                return fmt::format("open {} {} {} {}", number(o.id), to_string(o.transport), to_string(o.remote),
                                   o.server_name);
            },
            [&](const CloseFlow& o) { return fmt::format("close {}", number(o.id)); },
            [&](const Resolve& o) {
                queries.push_back(o.query);
                return fmt::format("resolve {} {}", o.name, type_names[static_cast<int>(o.type)]);
            },
            [&](const HandOver& o) { return fmt::format("hand over to {}: {}", o.worker, title(*o.octets)); },
            [&](const MessageSeen& o) { return fmt::format("seen {}", title(*o.octets)); },
            [&](const Event& event) {
                return std::visit(
                    Overloaded{
                        [&](const RequestReceived& e) {
                            received.push_back(e.request);
                            return fmt::format("request {} {}", number(e.transaction), e.request->method_text());
                        },
                        [&](const AckReceived& e) {
                            received.push_back(e.request);
                            return std::string("ack");
                        },
                        [&](const CancelReceived& e) {
                            received.push_back(e.request);
                            return fmt::format("cancel {}", number(e.invite));
                        },
                        [&](const ResponseReceived& e) {
                            responses.push_back(e.response);
                            return fmt::format("response {} {}", number(e.transaction), e.response->status());
                        },
                        [&](const StrayResponse& e) {
                            responses.push_back(e.response);
                            return fmt::format("stray {}", e.response->status());
                        },
                        [](const RequestFailed& e) {
                            return fmt::format("failed {}: {}", number(e.transaction), e.error.message());
                        },
                        [](const ResponseFailed& e) {
                            return fmt::format("response failed {}: {}", number(e.transaction), e.error.message());
                        },
                        [](const ClientEnded& e) { return fmt::format("ended {}", number(e.transaction)); },
                        [](const ServerEnded& e) { return fmt::format("server ended {}", number(e.transaction)); },
                        [](const FlowOpened& e) {
                            return fmt::format("opened {}{}", number(e.flow.id), e.accepted ? " accepted" : "");
                        },
                        [](const FlowClosed& e) {
                            auto why = e.error ? e.error.message() : "as asked";
                            return fmt::format("closed {}: {}", number(e.flow.id), why);
                        },
                    },
                    event);
            },
        },
        output);
}

std::string Rig::take() {
    std::string out;
    while (auto output = layer.poll()) {
        if (!hidden(*output)) out += line(*output) + "\n";
    }
    return out;
}

bool Rig::hidden(const Output& output) {
    if (auto* open = std::get_if<OpenFlow>(&output); open && open->transport == Transport::udp && open_udp) {
        layer.opened({open->id, Transport::udp, address("192.0.2.1"), open->remote}, false, now);
        return true;
    }
    auto* resolve = std::get_if<Resolve>(&output);
    bool for_service = resolve && (resolve->type == RecordType::srv || resolve->type == RecordType::naptr);
    if (!for_service || has_services) return false;
    layer.resolved(resolve->query, {}, {}, now);
    return true;
}

std::string Rig::run(Duration end) {
    std::string out;
    while (layer.next_expiry() && *layer.next_expiry() <= TimePoint{} + end) {
        now = *layer.next_expiry();
        layer.expire(now);
        auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now - TimePoint{}).count();
        std::string lines = take();
        for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
            out += fmt::format("{} {}\n", time, lines.substr(at, lines.find('\n', at) - at));
        }
    }
    now = TimePoint{} + end;
    return out;
}

std::string Rig::request(std::string_view method, std::string_view uri, std::string_view more) {
    return fmt::format(
        "{0} {1} SIP/2.0\r\nFrom: <sip:alice@example.com>;tag=a1\r\nTo: <sip:bob@example.com>\r\nCall-ID: c1\r\nCSeq: "
        "7 {0}\r\n"
        "Max-Forwards: 70\r\n{2}Content-Length: 0\r\n\r\n",
        method, uri, more);
}

std::string Rig::received_request(std::string_view method, std::string_view branch, std::string_view sent_by,
                                  std::string_view transport) {
    return request(method, "sip:bob@192.0.2.1",
                   fmt::format("Via: SIP/2.0/{} {};branch={}\r\n", transport, sent_by, branch));
}

}  // namespace siptxn
