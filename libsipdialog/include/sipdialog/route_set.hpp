// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/message_view.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipdialog {

/// The proxies a dialog's requests visit, fixed when the dialog is made. RFC 3261 §12.1.1, §12.1.2.
class RouteSet {
public:
    /// Which end reads the Record-Route: the one that received the request takes it in order, the one that
    /// received the response takes it reversed.
    enum class Order : std::uint8_t { of_request, of_response };

    RouteSet() = default;
    /// Reads every Record-Route value; the error of the first broken one.
    [[nodiscard]] static sipmsg::Result<RouteSet> of(const sipmsg::MessageView& message, Order order);

    /// From values that were kept: name-addrs, topmost first. The error of the first broken one.
    [[nodiscard]] static sipmsg::Result<RouteSet> of(std::vector<std::string> values);

    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
    [[nodiscard]] std::span<const std::string> values() const noexcept { return values_; }

    /// The URI of the first router when it is a strict one: the next hop, whatever the Route of the request says then.
    /// Empty: it is a loose one, or there is none. Valid as long as the set.
    [[nodiscard]] std::string_view strict_router() const;

    /// Where a request inside the dialog goes, and what it carries.
    struct Path {
        std::string request_uri;
        std::vector<std::string> route;  ///< Route values, topmost first
    };
    /// RFC 3261 §12.2.1.1: a loose router first gives Request-URI = remote target; a strict router takes the
    /// Request-URI's place, and the remote target ends the Route.
    [[nodiscard]] Path path_to(std::string_view remote_target) const;

    friend bool operator==(const RouteSet&, const RouteSet&) = default;

private:
    void note_first();

    std::vector<std::string> values_;  ///< name-addr with all parameters, unfolded
    bool strict_ = false;              ///< so is the first
};

}  // namespace sipdialog
