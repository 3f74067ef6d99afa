// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/transaction_layer.hpp>

#include <sipmsg/header_lines.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sipdialog {

using HeaderList = std::vector<std::pair<std::string, std::string>>;
/// Headers that many messages have in common: checked and written once.
using SharedHeaders = std::shared_ptr<const sipmsg::HeaderLines>;

/// What a request outside any dialog says and how it travels. RFC 3261 §8.1.1.
struct Opening {
    std::string request_uri;
    std::string from;                ///< name-addr without tag: `"Alice" <sip:alice@example.com>`
    std::string to;                  ///< name-addr without tag
    std::string call_id;             ///< empty: made here
    std::string from_tag;            ///< empty: made here
    std::uint32_t cseq = 0;          ///< 0: made here
    std::vector<std::string> route;  ///< preloaded Route values, topmost first
    siptxn::SendOptions routing;     ///< next hop, transport and Contact; Contact is used as long as the dialog lives
    HeaderList headers;              ///< further headers of this request (Allow, Supported, User-Agent ...)
    HeaderList common_headers;       ///< added to every request of the dialog (User-Agent, Allow)
};

}  // namespace sipdialog
