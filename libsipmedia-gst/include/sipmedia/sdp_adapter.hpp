// SPDX-License-Identifier: MIT
#pragma once

// Between SIP and webrtcbin. webrtcbin takes one kind of description and writes another; peers write and take all
// kinds. These pure functions make the one of the other, and answer what webrtcbin cannot: hold, resume, session
// refreshes. A session keeps three descriptions: the peer's last, ours as it went out, and, once agreed, ours as the
// template of everything that follows. No GStreamer here.

#include <sipmedia/dtmf.hpp>
#include <sipmedia/events.hpp>

#include <sipdialog/negotiation.hpp>
#include <sipmsg/sdp/sdp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sipmedia {

using sipdialog::Refusal;
using sipmsg::sdp::Direction;
using sipmsg::sdp::SessionDescription;

/// A remote description that webrtcbin can take: `to_string(description)` goes to the engine.
struct Normalized {
    struct Line {
        bool usable = false;      ///< false: refused by the peer or by us; its port is 0 in `description`
        std::string reason = {};  ///< why we refuse it; empty when the peer did
        Direction direction = Direction::inactive;  ///< the peer's wish; `description` always says sendrecv
    };
    SessionDescription description;
    std::vector<Line> lines;  ///< one an m-line
};

/// An offer, first or of an ICE restart. Lines that are neither DTLS-SRTP audio or video with ICE, a fingerprint and
/// rtcp-mux, nor data channels (RFC 8841) with ICE and a fingerprint, become refused ones. Refused as a whole (488)
/// when no line is usable, and for what makes webrtcbin stop or abort (two lines with one mid).
[[nodiscard]] std::expected<Normalized, Refusal> normalize_offer(const SessionDescription& offer);
/// The first answer to `our_offer` (as it went out). Here a line that cannot be used refuses the whole.
[[nodiscard]] std::expected<Normalized, Refusal> normalize_answer(const SessionDescription& answer,
                                                                  const SessionDescription& our_offer);

/// A remote description without what webrtcbin has no use for. GStreamer keeps the name of every attribute and parameter
/// that it reads until the process ends, does not take odd parameters, and asserts that no SSRC is 0.
[[nodiscard]] SessionDescription as_webrtcbin_reads(SessionDescription remote);

/// What our side puts into every description it sends.
struct LocalIdentity {
    std::string session_id = "0";  ///< of o=; decimal
    std::string fingerprint = {};  ///< "sha-256 AA:BB:...", replaces webrtcbin's; empty: webrtcbin's stays
    bool trickle = false;          ///< candidates may follow their description, both ways (RFC 8838 §4)
    bool complete = true;          ///< none of ours will
};

/// The offer that webrtcbin made, candidates in it, as it goes out: version 1.
[[nodiscard]] SessionDescription finish_offer(const SessionDescription& engine_offer, const LocalIdentity& identity,
                                              bool hold = false);
/// The answer that webrtcbin made to `normalized` of `offer`, as it goes out. `version`: of o=. It names an interval of
/// checks only if the offer does.
[[nodiscard]] SessionDescription finish_answer(const SessionDescription& engine_answer, const SessionDescription& offer,
                                               const Normalized& normalized, const LocalIdentity& identity,
                                               std::uint64_t version = 1, bool hold = false);

/// The shortest interval between connectivity checks that one side may wish for (RFC 8445 §B.1).
inline constexpr std::chrono::milliseconds min_ice_pacing{5};
/// The longest that a peer is given, whatever it wishes: with more, checks would not end within any patience.
inline constexpr std::chrono::milliseconds max_ice_pacing{1000};
/// The interval between connectivity checks that a description wishes for (RFC 8839 §5.5), 0 to `max_ice_pacing`. Of
/// several the longest; nothing when its session has no a=ice-pacing that is a number of up to ten digits.
[[nodiscard]] std::optional<std::chrono::milliseconds> ice_pacing(const SessionDescription& description) noexcept;
/// Writes it, in place of any other; nothing: none is there.
void set_ice_pacing(SessionDescription& description, std::optional<std::chrono::milliseconds> interval);
/// What holds for both sides: the longer, when both have said one (RFC 8445 §14.2). Else nothing, and each keeps what
/// it has; the RFC has 50 ms for who says none, libnice takes 20.
[[nodiscard]] std::optional<std::chrono::milliseconds> agreed_ice_pacing(
    std::optional<std::chrono::milliseconds> ours, std::optional<std::chrono::milliseconds> theirs) noexcept;

/// Who begins the DTLS handshake of a session. RFC 5763 §5.
enum class DtlsRole : std::uint8_t { active, passive };
/// Our role, from the description that was the answer. `answer_is_ours`: we wrote it.
[[nodiscard]] DtlsRole dtls_role(const SessionDescription& answer, bool answer_is_ours) noexcept;

/// Our offer once it has been answered, as the template of what follows: lines the peer refused are refused, those that
/// share a transport have its port.
[[nodiscard]] SessionDescription settled_offer(const SessionDescription& our_offer, const SessionDescription& answer);

/// The next offer of the session without webrtcbin: new directions, a=setup:actpass, nothing else; version + 1.
[[nodiscard]] SessionDescription reoffer_from_template(const SessionDescription& agreed_local, bool hold);
/// The answer to an absorbed offer without webrtcbin: new directions, our actual DTLS role, lines that were added
/// refused; version + 1 when anything differs from the template.
[[nodiscard]] SessionDescription answer_from_template(const SessionDescription& agreed_local,
                                                      const SessionDescription& offer, DtlsRole role, bool hold);

/// Whether the agent that wrote this takes another certificate within a session, and so a fresh media path. Firefox
/// (153) does not: it keeps its DTLS association whatever later descriptions say, against RFC 8842 §3.1, and media
/// ends.
[[nodiscard]] bool takes_other_certificate(const SessionDescription& remote) noexcept;

/// What a session takes when its peer adds it.
struct Addable {
    std::vector<sipdialog::Codec> audio = {};  ///< none: no sound
    std::vector<sipdialog::Codec> video = {};
    bool data = false;
};
/// answer_from_template() with lines of the offer accepted before an engine has them, so that a peer keeps what it would
/// send (an agent drops the track of a line that gets port 0, RFC 8829 §5.10): one of each kind, sound and pictures
/// inactive, with the first codec that we have. None of a kind that the answer has already, and none that does not
/// share the transport of a line that stands, as browsers' does: phones that add one may know no other certificate.
/// Nothing when no line is accepted.
[[nodiscard]] std::optional<SessionDescription> promised_lines(SessionDescription answer,
                                                               const SessionDescription& offer, const Addable& wanted);
/// Ours with every m-line inactive that the engine does not have; `places`: in the session, of those that it has.
[[nodiscard]] SessionDescription with_promises_inactive(SessionDescription ours, std::span<const std::size_t> places);

/// What an offer inside a session asks of us.
enum class Reoffer : std::uint8_t {
    absorb,       ///< same transport and codecs: answer_from_template()
    renegotiate,  ///< like absorb, but with a new usable line: absorbing it would refuse that line
    recreate,     ///< ICE restart, another certificate, role or codec numbers: a new engine answers it
    refuse,       ///< lines removed, swapped or of another kind: 488, and the session goes on as it was
};
/// `agreed_local` and `agreed_remote`: the last agreed descriptions; `role`: ours.
[[nodiscard]] Reoffer classify_reoffer(const SessionDescription& agreed_local, const SessionDescription& agreed_remote,
                                       DtlsRole role, const SessionDescription& offer);
/// Whether the answer to reoffer_from_template() leaves transport and codecs as they were; else why it cannot be used.
[[nodiscard]] std::expected<void, Refusal> check_reanswer(const SessionDescription& agreed_remote,
                                                          const SessionDescription& our_offer,
                                                          const SessionDescription& answer);

/// What a fresh engine offers, as the next offer of the session.
struct ContinuedOffer {
    SessionDescription offer;
    std::vector<std::size_t> places;  ///< in the session, of each m-line of the engine
};
/// Each agreed line keeps its place and its mid (RFC 8829 §5.2.2), whatever the engine's order. Lines that are new
/// follow, or take the place of a refused one, under a mid that was never used (RFC 3264 §8.1); a refused line in whose
/// place nothing stands stays refused. Nothing when an agreed line is missing.
[[nodiscard]] std::optional<ContinuedOffer> continued_offer(const SessionDescription& fresh,
                                                            const SessionDescription& agreed);
/// The places of an offer's m-lines for the engine that answers it: sound and pictures, then data, then what is refused.
/// webrtcbin keeps the transport of a BUNDLE group at its first line, and aborts when that is refused or is for data.
[[nodiscard]] std::vector<std::size_t> engine_places(const Normalized& offer);
/// The m-lines at those places, for that engine. Every place must be one of the description's.
[[nodiscard]] SessionDescription in_engine_order(const SessionDescription& description,
                                                 std::span<const std::size_t> places);
/// The other way round, of an engine's description with a line for each place.
[[nodiscard]] SessionDescription in_session_order(const SessionDescription& description,
                                                  std::span<const std::size_t> places);
/// The mids of `model`, line by line, where that has one: each engine counts anew.
[[nodiscard]] SessionDescription with_mids_of(SessionDescription description, const SessionDescription& model);

/// A codec picked from a peer's line, by the peer's numbers.
struct ChosenCodec {
    std::size_t codec = 0;  ///< its place among ours
    std::uint8_t payload = 0;
    std::string fmtp = {};  ///< the peer's parameters
    /// Telephone events of the same clock rate, else of one that it is a multiple of.
    std::optional<EventFormat> events = std::nullopt;

    friend bool operator==(const ChosenCodec&, const ChosenCodec&) = default;
};
/// The line's first codec that is one of ours: by name (any case) and clock rate, and in an offer H.264 by profile and
/// packetization mode as well. Of an answer that is not asked: who answers a format keeps what makes it (RFC 6184
/// §8.2.2), whatever the answer says of it.
[[nodiscard]] std::optional<ChosenCodec> choose_codec(const sipmsg::sdp::MediaDescription& media,
                                                      std::span<const sipdialog::Codec> ours, bool is_answer = false);

/// The m-line is for data channels: UDP/DTLS/SCTP and webrtc-datachannel, refused or not. RFC 8841 §4.
[[nodiscard]] bool is_data_channel(const sipmsg::sdp::MediaDescription& media) noexcept;
/// Both descriptions have a data channel in the same place.
[[nodiscard]] bool has_data_channel(const SessionDescription& local, const SessionDescription& remote) noexcept;

/// What may flow on each m-line now (of data channels it says nothing: no direction holds them, RFC 8841 §9.2): what
/// the local and the remote description both allow.
[[nodiscard]] std::vector<Direction> agreed_directions(const SessionDescription& local,
                                                       const SessionDescription& remote);
/// The m-lines of sound or pictures on which the peer may send to us now.
[[nodiscard]] std::vector<Track> received_tracks(const SessionDescription& local, const SessionDescription& remote);

}  // namespace sipmedia
