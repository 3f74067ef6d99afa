// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace sipua {

/// Who a request says it is from and to, where that is not the agent and the target. SIP.js: the `params` of its
/// options. Empty: as usual.
struct RequestParams {
    std::string from_uri;
    std::string from_display_name;
    std::string to_uri;  ///< the request goes to its target all the same
    std::string to_display_name;
};

}  // namespace sipua
