// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/padding.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/uri.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

/// One Via value: "SIP/2.0/UDP host:port;branch=...". A view. RFC 3261 §20.42.
struct Via {
    static constexpr Header id = Header::via;

    std::string_view protocol = "SIP";
    std::string_view version = "2.0";
    std::string_view transport;         ///< "UDP", as written
    Host host;                          ///< sent-by
    std::optional<std::uint16_t> port;  ///< sent-by
    Params params;
    std::string_view text;  ///< the whole value

    [[nodiscard]] std::string_view branch() const noexcept { return params.noted(0, "branch").value_or(""); }
    [[nodiscard]] std::optional<std::string_view> received() const noexcept { return params.noted(1, "received"); }
    [[nodiscard]] bool has_rport() const noexcept { return params.noted(2, "rport").has_value(); }
    /// The value of rport when it has one (RFC 3581 §4).
    [[nodiscard]] std::optional<std::uint16_t> rport() const noexcept;
    [[nodiscard]] std::optional<std::string_view> maddr() const noexcept { return params.noted(3, "maddr"); }
    [[nodiscard]] std::optional<std::uint8_t> ttl() const noexcept;

    /// One value alone.
    [[nodiscard]] static Result<Via> parse(std::string_view text, Padding behind = {});
    /// The first value of a comma list; `rest` becomes what stands behind its comma.
    [[nodiscard]] static Result<Via> parse_item(std::string_view& rest, Padding behind = {});
};

[[nodiscard]] Printer print(Printer to, const Via& via);

}  // namespace sipmsg
