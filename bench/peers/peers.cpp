// SPDX-License-Identifier: MIT
#include "peers/peer.hpp"

namespace bench {

std::string_view name_of(Level level) noexcept {
    switch (level) {
        case Level::frame: return "L0";
        case Level::proxy: return "L1";
        case Level::full: return "L2";
        case Level::print: return "SER";
        case Level::forwarded: return "FWD";
    }
    return {};
}

std::optional<Level> level_named(std::string_view name) noexcept {
    for (auto level : levels) {
        if (name_of(level) == name) return level;
    }
    return std::nullopt;
}

const std::vector<std::unique_ptr<Peer>>& peers() {
    static const auto all = [] {
        std::vector<std::unique_ptr<Peer>> found;
        found.push_back(make_sipmsg());
        found.push_back(make_sipmsg_checked());
        found.push_back(make_sipmsg_portable());
        found.push_back(make_sipmsg_as_pjsip());
        found.push_back(make_sipmsg_portable_as_pjsip());
#ifdef PEER_SOFIA_SIP
        found.push_back(make_sofia_sip());
#endif
#ifdef PEER_OSIP2
        found.push_back(make_osip2());
#endif
#ifdef PEER_RE
        found.push_back(make_re());
#endif
#ifdef PEER_BELLE_SIP
        found.push_back(make_belle_sip());
#endif
        return found;
    }();
    return all;
}

}  // namespace bench
