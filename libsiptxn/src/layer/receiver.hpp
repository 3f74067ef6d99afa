// SPDX-License-Identifier: MIT
#pragma once

#include "layer/clients.hpp"
#include "layer/servers.hpp"

namespace siptxn {

/// From octets to transactions: framing (RFC 3261 §18.3), keep-alives (RFC 5626 §3.5.1), what is refused before any
/// transaction sees it.
class Receiver {
public:
    Receiver(Context& context, Flows& flows, Clients& clients, Servers& servers, StatelessAnswers& answers)
        : context_(context), flows_(flows), clients_(clients), servers_(servers), answers_(answers) {}

    void received(const Flow& flow, std::string_view octets, TimePoint now);
    void report_messages(bool on) noexcept { reporting_ = on; }

private:
    void on_stream(const Flow& flow, std::string_view octets, TimePoint now);
    void on_message(const Flow& flow, std::string_view octets, TimePoint now);
    bool take_one(Connection& connection, TimePoint now);
    void broken(const Flow& flow, std::string_view head, const sipmsg::ParseError& error, TimePoint now);
    void handle(sipmsg::MessageView& message, const Flow& flow, TimePoint now);
    void hand_over(const sipmsg::MessageView& message, std::string_view call_id, const Flow& flow);
    void request(const sipmsg::MessageView& message, const sipmsg::Essentials& head, const Flow& flow, TimePoint now);
    void unsound(const sipmsg::MessageView& request, const Flow& flow, int status, const sipmsg::ParseError& error,
                 TimePoint now);
    void malformed(std::string_view octets, const Flow& flow, const sipmsg::ParseError& error, TimePoint now);
    void stray(const sipmsg::MessageView& response, const sipmsg::Essentials& head, const Flow& flow);
    void seen(const Flow& flow, std::string_view octets);
    [[nodiscard]] bool is_ours(const sipmsg::Via& via, const Flow& flow) const;

    Context& context_;
    Flows& flows_;
    Clients& clients_;
    Servers& servers_;
    StatelessAnswers& answers_;
    bool reporting_ = false;
};

}  // namespace siptxn
