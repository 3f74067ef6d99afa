// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/uri.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipmsg {

/// What a SIP or SIPS URI is made of, for building one from nothing. RFC 3261 §19.1.1.
/// `user`, `password` and the headers are plain text and are escaped; the parameters stand as given: see
/// escape_param().
struct UriParts {
    std::string_view scheme = "sip";  ///< "sip" or "sips"
    std::string_view user = {};       ///< empty: no userinfo
    std::optional<std::string_view> password = std::nullopt;
    std::string_view host = {};  ///< a name or an address; IPv6 with or without brackets
    std::optional<std::uint16_t> port = std::nullopt;
    std::vector<Param> params = {};
    std::vector<Param> headers = {};
};

/// A URI that owns its text and can be edited; every edit keeps it parseable. A value type: a copy shares nothing.
/// Setters throw std::invalid_argument, and change nothing, when what is given does not fit the grammar.
/// Parameters are read and written as they stand in the URI, headers as plain text that is escaped exactly once on its
/// way in and unescaped exactly once on its way out.
class OwnedUri {
public:
    OwnedUri() = default;
    explicit OwnedUri(const Uri& uri) : text_(uri.text()) {}
    /// Throws std::invalid_argument naming the part that does not fit.
    explicit OwnedUri(const UriParts& parts);
    [[nodiscard]] static Result<OwnedUri> parse(std::string_view text);

    [[nodiscard]] Uri view() const;  ///< into this object: valid until the next edit, move or destruction
    [[nodiscard]] const std::string& text() const noexcept { return text_; }  ///< as read and edited, case kept
    [[nodiscard]] std::string canonical() const;                              ///< scheme and host in lower case
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

    void set_scheme(std::string_view scheme);  ///< "sip" or "sips", of a SIP URI
    [[nodiscard]] std::string user() const;    ///< unescaped
    void set_user(std::string_view unescaped);
    [[nodiscard]] std::optional<std::string> password() const;  ///< unescaped
    void set_password(std::optional<std::string_view> unescaped);
    void set_host(std::string_view host);
    void set_port(std::optional<std::uint16_t> port);

    [[nodiscard]] std::optional<std::string> param(std::string_view name) const;  ///< as it stands; "" for a flag
    [[nodiscard]] bool has_param(std::string_view name) const;
    void set_param(std::string_view name, std::optional<std::string_view> value = std::nullopt);
    bool remove_param(std::string_view name);
    void clear_params();

    /// The first header of that name, unescaped. Names compare without case and without regard to escapes.
    [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
    [[nodiscard]] bool has_header(std::string_view name) const;
    /// Replaces the first of that name in its place and drops the others; appends when there is none.
    void set_header(std::string_view name, std::string_view value);
    void add_header(std::string_view name, std::string_view value);
    std::size_t remove_header(std::string_view name);  ///< how many there were
    void clear_headers();

private:
    std::string text_;
};

}  // namespace sipmsg
