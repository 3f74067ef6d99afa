// SPDX-License-Identifier: MIT
#include <sipmedia/sdp_adapter.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace sipmedia {
namespace {

namespace sdp = sipmsg::sdp;

constexpr auto of_session = std::to_array<std::string_view>({"group", "ice-lite", "ice-options"});
// Parameters of formats are not among them: what is agreed on has been read from them already.
constexpr auto of_line = std::to_array<std::string_view>({
    "bundle-only", "candidate",        "extmap",    "fingerprint", "ice-options", "ice-pwd", "ice-ufrag",
    "inactive",    "max-message-size", "mid",       "msid",        "recvonly",    "rtcp-fb", "rtcp-mux",
    "rtcp-rsize",  "rtpmap",           "sctp-port", "sendonly",    "sendrecv",    "setup",
});
constexpr std::size_t max_ssrcs = 16;  // of one line

// They say which line of a group a packet belongs to (RFC 5576 §4.1).
bool is_ssrc(const sdp::Attribute& attribute) {
    const auto text = attribute.text();
    const char* end = text.data() + text.size();
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    return attribute.name == "ssrc" && read.ec == std::errc() && number != 0 &&
           std::string_view(read.ptr, end).starts_with(" cname:");
}

}  // namespace

SessionDescription as_webrtcbin_reads(SessionDescription remote) {
    const auto is_one_of = [](const auto& names, const sdp::Attribute& attribute) {
        return std::ranges::find(names, attribute.name) != names.end();
    };
    std::erase_if(remote.attributes, [&](const auto& each) { return !is_one_of(of_session, each); });
    for (auto& media : remote.media) {
        std::size_t ssrcs = 0;
        std::erase_if(media.attributes, [&](const auto& each) {
            return is_ssrc(each) ? ++ssrcs > max_ssrcs : !is_one_of(of_line, each);
        });
    }
    return remote;
}

}  // namespace sipmedia
