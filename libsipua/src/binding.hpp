// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/message_view.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sipua {

/// How our own binding is told from others of the same address of record.
struct OwnBinding {
    std::string instance;  ///< urn:uuid:...
    int reg_id = 0;        ///< 0: none
    std::string user;      ///< of our Contact
    std::string gruu;      ///< the public one, when it is known
};

/// The Contact of a 2xx to REGISTER that is ours: by instance and reg-id (RFC 5626 §6), else by GRUU, else by the user
/// of its URI.
[[nodiscard]] std::optional<sipmsg::Contact> find_binding(const sipmsg::MessageView& response, const OwnBinding& own);

/// For how long it is granted: its own expires, the Expires header, or what was asked for (RFC 3261 §10.2.4).
[[nodiscard]] std::chrono::seconds granted(const sipmsg::MessageView& response, const sipmsg::Contact& binding,
                                           std::chrono::seconds asked);

/// A GRUU, unless it is no URI; else empty.
[[nodiscard]] std::string uri_in(const std::optional<std::string>& quoted);

/// Service-Route as Route values (RFC 3608 §6.1).
[[nodiscard]] std::vector<std::string> service_route(const sipmsg::MessageView& response);

/// How long to wait after `failures` failures in a row: up to 30 min, between a half and the whole of it by `chance`
/// (0..1). `others`: another flow still stands, so there is no hurry (RFC 5626 §4.5).
[[nodiscard]] std::chrono::milliseconds back_off(int failures, bool others, double chance);

}  // namespace sipua
