// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/wire.hpp>

#include <sipmsg/uri.hpp>

#include <string>
#include <vector>

namespace sipstrata {

/// Which hosts and ports mean this proxy, and what it calls itself. Domains given by the operator are names of one and
/// the same set of users.
class OwnAddresses {
public:
    OwnAddresses(std::vector<siptxn::Listener> listeners, std::vector<std::string> domains);

    /// We are responsible for that URI's domain (RFC 3261 §16.5): a domain of ours, without a port or with one we
    /// listen on, or our own address. `arrived_at` stands for listeners on an unspecified address.
    [[nodiscard]] bool is_ours(const sipmsg::Uri& uri, const siptxn::IpAddress& arrived_at) const;
    /// The same for the sent-by of a Via.
    [[nodiscard]] bool is_ours(const sipmsg::Host& host, std::uint16_t port, const siptxn::IpAddress& arrived_at) const;

    /// "192.0.2.1:5060": where we can be reached over that transport, by a peer that sees us as `near`.
    [[nodiscard]] std::string host_port(siptxn::Transport transport, const siptxn::SocketAddress& near) const;
    /// The first domain; the realm of challenges.
    [[nodiscard]] const std::string& realm() const noexcept { return domains_.front(); }

private:
    std::vector<siptxn::Listener> listeners_;
    std::vector<std::string> domains_;
};

}  // namespace sipstrata
