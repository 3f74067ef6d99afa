// SPDX-License-Identifier: MIT
#pragma once

// Candidates that come after their description: application/trickle-ice-sdpfrag, in INFO requests of the package
// "trickle-ice" (RFC 8838, RFC 8840 §9). Values and pure functions.

#include <sipmsg/error.hpp>
#include <sipmsg/sdp/sdp.hpp>

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

/// What a fragment says of one m-line.
struct FragmentLine {
    std::string mid;
    std::string ufrag = {};  ///< its own, else the fragment's
    std::string password = {};
    std::vector<std::string> candidates = {};  ///< the values of a=candidate; when parsed, well formed (RFC 8839 §5.1)
    bool has_ended = false;                    ///< a=end-of-candidates
    std::string kind = "audio";                ///< this and what follows say nothing: the mid names the line
    std::string protocol = "RTP/AVP";
    std::vector<std::string> formats = {"0"};

    friend bool operator==(const FragmentLine&, const FragmentLine&) = default;
};

/// A body of that type. Each repeats the candidates of those before it (RFC 8840 §4).
struct SdpFragment {
    std::string ufrag;
    std::string password;
    std::vector<std::string> bundle = {};  ///< the mids of a=group:BUNDLE
    bool has_ended = false;                ///< for all lines
    std::vector<FragmentLine> lines = {};

    friend bool operator==(const SdpFragment&, const SdpFragment&) = default;
};

constexpr std::string_view sdp_fragment_type = "application/trickle-ice-sdpfrag";
constexpr std::string_view trickle_package = "trickle-ice";  ///< of Recv-Info and Info-Package

/// Refused: what is no fragment, lines without a mid or two with one, more than 64 candidates a line, credentials that
/// are none. Lines and attributes that no RFC puts there are passed over. Linear time. Candidates that are malformed
/// are left out: one fault does not stop the others.
[[nodiscard]] sipmsg::Result<SdpFragment> parse_fragment(std::string_view text);
/// What it says that is text of an application's, without CR and LF.
[[nodiscard]] std::string to_string(const SdpFragment& fragment);

/// a=ice-options has "trickle", at the session or at an m-line that is not refused.
[[nodiscard]] bool offers_trickle(const sipmsg::sdp::SessionDescription& description);
/// The candidates so far, as a fragment. `description`: ours as it went out.
[[nodiscard]] SdpFragment fragment_of(const sipmsg::sdp::SessionDescription& description);

/// What a fragment adds to the peer's description.
struct TrickledCandidates {
    struct Candidate {
        std::size_t mline = 0;  ///< of the description
        std::string value;      ///< of a=candidate

        friend bool operator==(const Candidate&, const Candidate&) = default;
    };
    std::vector<Candidate> candidates;  ///< new ones alone, in their order
    std::vector<bool> ended;            ///< by m-line: nothing more will come
};
/// `remote`: the peer's last description, with what was added to it before. Lines whose credentials are those of
/// another ICE session, or whose mid is unknown, bring nothing (a fragment may be late).
[[nodiscard]] TrickledCandidates candidates_in(const SdpFragment& fragment,
                                               const sipmsg::sdp::SessionDescription& remote);
/// The description with them in it.
[[nodiscard]] sipmsg::sdp::SessionDescription with_candidates(sipmsg::sdp::SessionDescription remote,
                                                              const TrickledCandidates& added);

}  // namespace sipmedia
