// SPDX-License-Identifier: MIT
#pragma once

// RFC 3264 as functions from descriptions to descriptions: offers, answers, hold, and what came of them.
// Nothing here keeps state; MediaNegotiator (media_negotiator.hpp) does, for one session.

#include <sipmsg/sdp/rtp.hpp>
#include <sipmsg/sdp/sdp.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sipdialog {

using sipmsg::sdp::Direction;
using sipmsg::sdp::SessionDescription;

/// An encoding we can send and receive.
struct Codec {
    std::string name;                 ///< "PCMU", "opus", "telephone-event"; compared without case
    std::uint32_t clock_rate = 8000;  ///< Hz
    std::uint8_t channels = 1;
    /// In our offers; none: its static number (RFC 3551 §6), else a free one from 96. Answers use the peer's.
    std::optional<std::uint8_t> payload = std::nullopt;
    std::string fmtp = {};  ///< our parameters, the text after the payload number; "" for none
};

/// One stream we can take part in.
struct MediaCapability {
    std::string kind = "audio";
    std::vector<std::string> protocols = {"RTP/AVP"};  ///< acceptable; the first is offered
    std::vector<Codec> codecs;                         ///< by preference; without any the capability is not used
    Direction direction = Direction::sendrecv;         ///< the most we do
    std::uint16_t port = 9;                            ///< where we receive; 9 discards
    std::uint32_t ptime = 0;                           ///< milliseconds a packet that we like to receive; 0: not said
};

/// All that we can do. The i-th capability of a kind serves the i-th usable line of that kind.
struct MediaCapabilities {
    std::string address = "127.0.0.1";  ///< of the c= line, IPv4 or IPv6
    std::string session_name = "-";
    std::vector<MediaCapability> media;
    /// Answers list codecs in our order instead of the offer's (which RFC 3264 §6.1 recommends).
    bool own_order = false;
};

/// Why a description cannot be used: the status for a response, and a Warning (RFC 3261 §20.43).
struct Refusal {
    int status = 488;
    int warning = 399;  ///< 302 transport, 304 media type, 305 format, 399 anything else
    std::string reason;

    friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// What an m-line came to, for the side whose description is `local`.
struct NegotiatedMedia {
    std::string kind;
    bool accepted = false;                      ///< false: refused or removed; nothing below holds
    Direction direction = Direction::inactive;  ///< what we do now, both descriptions and an old-style hold considered
    std::string codec;                          ///< encoding name as the peer wrote it; what we send with
    std::uint32_t clock_rate = 0;               ///< Hz
    std::uint8_t channels = 1;
    std::uint8_t send_payload = 0;     ///< by the peer's description (RFC 3264 §5.1, §6.1)
    std::uint8_t receive_payload = 0;  ///< by ours
    std::string send_fmtp;             ///< the peer's parameters for that payload
    /// telephone-event of the same clock rate, if both have it: the peer's number, and ours.
    std::optional<std::uint8_t> send_event_payload = std::nullopt;
    std::optional<std::uint8_t> receive_event_payload = std::nullopt;
    std::string address;  ///< where the peer receives; text, not resolved
    std::uint16_t port = 0;
    std::uint32_t ptime = 0;  ///< milliseconds the peer likes to receive; 0: not said

    friend bool operator==(const NegotiatedMedia&, const NegotiatedMedia&) = default;
};

/// The direction to offer: holding stops receiving, resuming starts it again, sending stays as it is. RFC 3264 §8.4.
[[nodiscard]] constexpr Direction offered_direction(Direction current, bool hold) noexcept {
    return hold ? current & Direction::sendonly : sipmsg::sdp::make_direction(sipmsg::sdp::sends(current), true);
}
/// The direction to answer with: the offered one seen from here, without receiving while we hold. RFC 3264 §6.1.
[[nodiscard]] constexpr Direction answered_direction(Direction offered, bool hold) noexcept {
    const Direction mirror = sipmsg::sdp::mirrored(offered);
    return hold ? mirror & Direction::sendonly : mirror;
}

/// The direction of a peer's m-line. c= 0.0.0.0 or :: without ICE is the hold of RFC 2543: the peer does not receive.
[[nodiscard]] Direction remote_direction(const SessionDescription& remote, const sipmsg::sdp::MediaDescription& media);
/// The peer holds: there is a usable m-line, and on none does the peer receive. Data channels are not looked at.
[[nodiscard]] bool is_hold(const SessionDescription& remote);
/// The same of a description as text; one that cannot be read holds nothing.
[[nodiscard]] bool is_hold(std::string_view remote);

/// A first offer: one m-line a capability, in their order. `origin` is written as it is, with the address of `ours`.
[[nodiscard]] SessionDescription make_offer(const MediaCapabilities& ours, const sipmsg::sdp::Origin& origin,
                                            bool hold = false);
/// The next offer of a session: what we said last (offer or answer) with new directions; refused lines stay refused.
/// Payload numbers keep their meaning (RFC 3264 §8.3.2). `origin` is that of `last_local`.
[[nodiscard]] SessionDescription make_reoffer(const SessionDescription& last_local, const MediaCapabilities& ours,
                                              bool hold);

/// An answer by RFC 3264 §6: the offer's m-lines in its order, with its payload numbers and times; port 0 for what we
/// cannot do. Only RTP lines can be accepted. Refused when the offer wants media and none of it can be had.
[[nodiscard]] std::expected<SessionDescription, Refusal> make_answer(const SessionDescription& offer,
                                                                     const MediaCapabilities& ours,
                                                                     const sipmsg::sdp::Origin& origin,
                                                                     bool hold = false);

/// What an answer to our offer came to, by m-line. Refused when the m-lines do not correspond, a line is accepted
/// without a codec of the offer, or nothing is left. A direction the offer does not allow is narrowed, not refused.
[[nodiscard]] std::expected<std::vector<NegotiatedMedia>, Refusal> check_answer(const SessionDescription& offer,
                                                                                const SessionDescription& answer);

/// What two descriptions that belong together came to, for the side that wrote `local`; as many entries as the shorter
/// has m-lines.
[[nodiscard]] std::vector<NegotiatedMedia> agree(const SessionDescription& local, const SessionDescription& remote);

}  // namespace sipdialog
