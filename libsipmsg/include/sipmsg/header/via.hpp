// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/error.hpp>
#include <sipmsg/padding.hpp>
#include <sipmsg/params.hpp>
#include <sipmsg/uri.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sipmsg {

class Via;

namespace detail {

/// Where the parts of a Via value stand in its text, which begins with the protocol.
struct ViaPlaces : Places {
    std::uint32_t protocol_end = 0;
    std::uint32_t version = 0;
    std::uint32_t version_end = 0;
    std::uint32_t transport = 0;
    std::uint32_t transport_end = 0;
    HostPlace host;
    std::uint32_t params = 0;
    Notes<5> notes;  ///< branch, received, rport, maddr, ttl
};

/// For those who fill it.
[[nodiscard]] ViaPlaces& places(Via& via) noexcept;
[[nodiscard]] const ViaPlaces& places(const Via& via) noexcept;

}  // namespace detail

/// One Via value: "SIP/2.0/UDP host:port;branch=...". A view. RFC 3261 §20.42.
class Via {
public:
    static constexpr Header id = Header::via;

    /// One value alone.
    [[nodiscard]] static Result<Via> parse(std::string_view text, Padding behind = {});
    /// The first value of a comma list; `rest` becomes what stands behind its comma.
    [[nodiscard]] static Result<Via> parse_item(std::string_view& rest, Padding behind = {});

    /// The whole value.
    [[nodiscard]] std::string_view text() const noexcept { return at_.whole(); }
    [[nodiscard]] std::string_view protocol() const noexcept { return at_.between(0, at_.protocol_end); }
    [[nodiscard]] std::string_view version() const noexcept { return at_.between(at_.version, at_.version_end); }
    /// "UDP", as written.
    [[nodiscard]] std::string_view transport() const noexcept { return at_.between(at_.transport, at_.transport_end); }
    [[nodiscard]] Host host() const noexcept { return at_.host.host(at_.text); }                  ///< sent-by
    [[nodiscard]] std::optional<std::uint16_t> port() const noexcept { return at_.host.port(); }  ///< sent-by
    [[nodiscard]] Params params() const noexcept { return Params(at_.between(at_.params, at_.size)); }

    [[nodiscard]] std::string_view branch() const noexcept { return noted(0, "branch").value_or(""); }
    [[nodiscard]] std::optional<std::string_view> received() const noexcept { return noted(1, "received"); }
    [[nodiscard]] bool has_rport() const noexcept { return noted(2, "rport").has_value(); }
    /// The value of rport when it has one (RFC 3581 §4).
    [[nodiscard]] std::optional<std::uint16_t> rport() const noexcept;
    [[nodiscard]] std::optional<std::string_view> maddr() const noexcept { return noted(3, "maddr"); }
    [[nodiscard]] std::optional<std::uint8_t> ttl() const noexcept;

private:
    friend detail::ViaPlaces& detail::places(Via& via) noexcept;
    friend const detail::ViaPlaces& detail::places(const Via& via) noexcept;
    [[nodiscard]] std::optional<std::string_view> noted(std::size_t slot, std::string_view name) const noexcept {
        return at_.notes.get(slot, params(), name);
    }

    detail::ViaPlaces at_;
};

inline detail::ViaPlaces& detail::places(Via& via) noexcept { return via.at_; }
inline const detail::ViaPlaces& detail::places(const Via& via) noexcept { return via.at_; }

[[nodiscard]] Printer print(Printer to, const Via& via);

}  // namespace sipmsg
