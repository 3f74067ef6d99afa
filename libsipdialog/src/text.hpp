// SPDX-License-Identifier: MIT
#pragma once

// Text of headers and bodies, from the wire and for it.

#include <sipdialog/opening.hpp>
#include <sipdialog/output.hpp>

#include <sipmsg/header/simple.hpp>
#include <sipmsg/message.hpp>

#include <string>
#include <string_view>

namespace sipdialog {

/// Without what a Request-URI may not have: headers and `method` (RFC 3261 §19.1.1, table 1).
[[nodiscard]] std::string as_request_uri(std::string_view uri);

/// `<uri>` around a bare URI; a name-addr as it is.
[[nodiscard]] std::string as_name_addr(std::string_view address);

/// Whether a message carries a session description, by Content-Disposition and Content-Type (RFC 3261 §20.11).
[[nodiscard]] bool has_description(const sipmsg::MessageView& message);

/// That description; else empty.
[[nodiscard]] Body description_in(const sipmsg::MessageView& message);

/// The tag of To; empty without one.
[[nodiscard]] std::string_view to_tag(const sipmsg::MessageView& message);

/// The tag of From; empty without one.
[[nodiscard]] std::string_view from_tag(const sipmsg::MessageView& message);

/// Unless a 2xx to REFER says that no subscription comes of it (RFC 4488 §4), or where to make one (RFC 7614 §4).
[[nodiscard]] bool wants_notifies(const sipmsg::MessageView& success);

/// Whether Allow names the method; nullopt without Allow.
[[nodiscard]] std::optional<bool> allows(const sipmsg::MessageView& message, sipmsg::Method method);

/// Whether Supported, Require and their like list an option tag.
template <class Tags>
[[nodiscard]] bool lists_tag(const sipmsg::MessageView& message, std::string_view wanted) {
    for (auto tag : message.all<Tags>())
        if (tag && sipmsg::iequals(tag->text, wanted)) return true;
    return false;
}

/// The body is a session description, by its type alone.
[[nodiscard]] bool is_description(const Body& body);

/// `SIP;cause=488;text="Not Acceptable Here"` (RFC 3326 §2).
[[nodiscard]] std::string reason_value(int status);

/// Throws std::invalid_argument when a name or value could not stand in a message.
void check_headers(const HeaderList& headers);
/// Throws std::invalid_argument for CR, LF or NUL.
void check_text(std::string_view text, const char* what);

void add_headers(sipmsg::Message& message, const HeaderList& headers);
void add_headers(sipmsg::Message& message, const sipmsg::HeaderLines& headers);
/// Octets of their lines.
[[nodiscard]] std::size_t room_for(const HeaderList& headers);
void add_body(sipmsg::Message& message, const Body& body);

/// Adds credentials, in the place of those for the same realm.
void add_credentials(sipmsg::Message& message, const HeaderList& credentials);

}  // namespace sipdialog
