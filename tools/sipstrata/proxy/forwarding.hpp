// SPDX-License-Identifier: MIT
#pragma once

#include "record_route.hpp"
#include "response_context.hpp"

#include <siptxn/transaction_layer.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sipstrata {

/// One place a request is forwarded to.
struct Target {
    std::string uri;                   ///< becomes the Request-URI; empty: it stays
    std::optional<siptxn::Flow> flow;  ///< over this connection, whatever the URI says
};

/// The request as it leaves for that target: Request-URI, Record-Route, strict routing. RFC 3261 §16.6. `request` has
/// had its Max-Forwards lowered and our Routes taken off. The second result says how it is to be sent.
struct Outgoing {
    sipmsg::Message request;
    siptxn::SendOptions options;
};
[[nodiscard]] Outgoing prepare(const sipmsg::Message& request, const Target& target, const siptxn::Flow& arrived,
                               const OwnAddresses& own, const FlowTokens& tokens);

/// A request on its way through: its server transaction, and a client transaction for each branch.
class Forwarding {
public:
    Forwarding(siptxn::ServerId id, const siptxn::Flow& flow, sipmsg::MessagePtr request, std::string print)
        : server(id), arrived(flow), context(std::move(request)), fingerprint(std::move(print)) {}

    struct Branch {
        siptxn::ClientId client = siptxn::ClientId::none;
        bool provisional = false;
        bool cancelled = false;
        bool gone = false;  ///< its transaction has ended
    };

    void add(siptxn::ClientId client);
    /// Cancels every branch without a final response (RFC 3261 §16.10); the answers come later.
    void cancel_pending(siptxn::TransactionLayer& layer, siptxn::TimePoint now, std::string_view reason);
    [[nodiscard]] bool is_done() const;

    const siptxn::ServerId server;
    const siptxn::Flow arrived;
    ResponseContext context;
    std::vector<Branch> branches;
    const std::string fingerprint;
    bool server_gone = false;
};

}  // namespace sipstrata
