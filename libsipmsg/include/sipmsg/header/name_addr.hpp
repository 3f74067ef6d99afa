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

class NameAddr;

namespace detail {

/// Where the parts of an address stand in its text, which begins with the display name when there is one.
struct NameAddrPlaces : Places {
    std::uint32_t display_end = 0;
    std::uint32_t params = 0;
    Notes<3> notes;  ///< tag, expires, q
    Uri uri;
};

/// For those who fill it.
[[nodiscard]] NameAddrPlaces& places(NameAddr& address) noexcept;
[[nodiscard]] const NameAddrPlaces& places(const NameAddr& address) noexcept;

}  // namespace detail

/// `"Display" <uri>;params` or `uri;params`: in the second form everything behind the first `;` belongs to the
/// header (RFC 3261 §20). A view.
class NameAddr {
public:
    NameAddr() noexcept {}  // NOLINT(modernize-use-equals-default): GCC 12 would clear a defaulted one with `rep stos`
    [[nodiscard]] static Result<NameAddr> parse(std::string_view text, Padding behind = {});
    [[nodiscard]] static Result<NameAddr> parse_item(std::string_view& rest, Padding behind = {});

    [[nodiscard]] std::string_view text() const noexcept { return at_.whole(); }
    /// As written, quotes and all: see display_name().
    [[nodiscard]] std::string_view display() const noexcept { return at_.between(0, at_.display_end); }
    [[nodiscard]] std::string display_name() const { return unquote(display()); }
    /// For people: the display name, else the user and host of a sip or sips URI ("alice@example.com", escapes undone),
    /// the number of a tel URI, or the URI as written. Text from the network: it may hold any character.
    [[nodiscard]] std::string friendly_name() const;
    [[nodiscard]] const Uri& uri() const noexcept { return at_.uri; }
    [[nodiscard]] Params params() const noexcept { return Params(at_.between(at_.params, at_.size)); }
    [[nodiscard]] std::optional<std::string_view> tag() const noexcept { return noted(0, "tag"); }

protected:
    /// parse() and parse_item() of the types that build on this one, without copying a value about.
    [[nodiscard]] std::optional<ParseError> read(std::string_view text, Padding behind);
    [[nodiscard]] std::optional<ParseError> read_item(std::string_view& rest, Padding behind);
    [[nodiscard]] std::optional<std::string_view> noted(std::size_t slot, std::string_view name) const noexcept {
        return at_.notes.get(slot, params(), name);
    }

private:
    friend detail::NameAddrPlaces& detail::places(NameAddr& address) noexcept;
    friend const detail::NameAddrPlaces& detail::places(const NameAddr& address) noexcept;
    detail::NameAddrPlaces at_;
};

inline detail::NameAddrPlaces& detail::places(NameAddr& address) noexcept { return address.at_; }
inline const detail::NameAddrPlaces& detail::places(const NameAddr& address) noexcept { return address.at_; }

[[nodiscard]] Printer print(Printer to, const NameAddr& value);

/// A header whose value is a NameAddr; `From`, `To`, `Route` ... are such types.
template <Header H>
struct NameAddrHeader : NameAddr {
    static constexpr Header id = H;
    NameAddrHeader() noexcept {}  // NOLINT(modernize-use-equals-default): as in NameAddr
    explicit NameAddrHeader(const NameAddr& value) : NameAddr(value) {}
    [[nodiscard]] static Result<NameAddrHeader> parse(std::string_view text, Padding behind = {}) {
        Result<NameAddrHeader> result;
        if (auto error = result->read(text, behind)) fail(result, *error);
        return result;
    }
    [[nodiscard]] static Result<NameAddrHeader> parse_item(std::string_view& rest, Padding behind = {}) {
        Result<NameAddrHeader> result;
        if (auto error = result->read_item(rest, behind)) fail(result, *error);
        return result;
    }

private:
    static void fail(Result<NameAddrHeader>& result, ParseError& error) {
        error.header = H;
        result = std::unexpected(error);
    }
};

using From = NameAddrHeader<Header::from>;                   // RFC 3261 §20.20
using To = NameAddrHeader<Header::to>;                       // RFC 3261 §20.39
using Route = NameAddrHeader<Header::route>;                 // RFC 3261 §20.34
using RecordRoute = NameAddrHeader<Header::record_route>;    // RFC 3261 §20.30
using ReplyTo = NameAddrHeader<Header::reply_to>;            // RFC 3261 §20.31
using Path = NameAddrHeader<Header::path>;                   // RFC 3327 §4
using ServiceRoute = NameAddrHeader<Header::service_route>;  // RFC 3608 §5

/// One Contact value. RFC 3261 §20.10.
struct Contact : NameAddr {
    static constexpr Header id = Header::contact;

    /// `Contact: *` (RFC 3261 §10.2.2); then there is neither a URI nor a parameter.
    [[nodiscard]] bool is_star() const noexcept { return text() == "*"; }
    [[nodiscard]] std::optional<std::uint32_t> expires() const noexcept;  ///< seconds; clamps at 2^32-1
    [[nodiscard]] std::optional<std::uint16_t> q() const noexcept;        ///< thousandths, 0..1000
    [[nodiscard]] std::optional<std::uint32_t> reg_id() const noexcept;   ///< RFC 5626 §4.2
    [[nodiscard]] std::optional<std::string> instance() const;   ///< "<urn:uuid:...>" of +sip.instance, RFC 5626 §4.1
    [[nodiscard]] std::optional<std::string> pub_gruu() const;   ///< RFC 5627 §4.2
    [[nodiscard]] std::optional<std::string> temp_gruu() const;  ///< RFC 5627 §4.2

    [[nodiscard]] static Result<Contact> parse(std::string_view text, Padding behind = {});
    [[nodiscard]] static Result<Contact> parse_item(std::string_view& rest, Padding behind = {});
};
[[nodiscard]] Printer print(Printer to, const Contact& value);

}  // namespace sipmsg
