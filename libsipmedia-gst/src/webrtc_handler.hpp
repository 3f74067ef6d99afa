// SPDX-License-Identifier: MIT
#pragma once

#include "media_handler.hpp"

#include <sipmedia/sdp_adapter.hpp>
#include <sipmedia/sdp_fragment.hpp>
#include <sipmedia/webrtc.hpp>

#include <sipdialog/media_negotiator.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

namespace sipmedia {

/// One session's offers and answers in front of its engine. The first exchange sets the engine up; later ones are
/// answered from what was agreed then, and only move gates: webrtcbin 1.22 knows no change of direction, no rollback.
/// One that restarts ICE, from either side, sets up another engine, which takes the place of the first when both
/// sides have agreed; refused, it leaves the first as it was. Such an exchange may also add lines. Those that the
/// peer adds without one are promised (promised_lines()), and a fresh engine offers them back.
///
///              get                          set (answer)
///   (nothing) -----> local offer -------------------------> agreed
///             set                  get                       |  ^
///   (nothing) -----> remote offer -------> agreed            '--'  the same again, without or with a fresh engine
class WebRtcHandler final : public MediaHandler, public std::enable_shared_from_this<WebRtcHandler> {
public:
    /// `session_id` is for the o= line: decimal, below 2^63 (RFC 3264 §5).
    WebRtcHandler(sipua::SessionContext context, EngineFactory factory, bool audio, VideoUse video,
                  const std::optional<DataChannelOptions>& data, std::string session_id);
    ~WebRtcHandler() override;

    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override;
    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options, Completion done) override;
    [[nodiscard]] bool has_description(std::string_view content_type) const override;
    void rollback() override;
    bool take_fragment(const sipua::Body& fragment) override;
    [[nodiscard]] sipua::Body fragment() override;
    bool send_dtmf(std::string_view tones, const sipua::DtmfOptions& options) override;
    bool add_video() override;
    bool stop_gathering() override { return fresh_ && fresh_->stop_gathering(); }
    [[nodiscard]] bool is_watchable() const override { return true; }
    void statistics(std::move_only_function<void(sipua::MediaStatistics)> done) override;
    void close() override;

private:
    struct LocalOffer {
        SessionDescription offer;
        std::optional<SessionDescription> engine_offer = std::nullopt;  // of a fresh engine, as that made it
        std::vector<std::size_t> places = {};                           // of its m-lines
    };
    struct RemoteOffer {
        SessionDescription offer;
        std::optional<Normalized> normalized = std::nullopt;  // for a fresh engine
        std::vector<std::size_t> places = {};                 // of its m-lines
        bool adds_lines = false;                              // and asks for none, of a peer that would take one
    };
    struct Agreed {
        SessionDescription local;
        SessionDescription remote;
        DtlsRole role;
        std::vector<std::size_t> places = {};  // of the m-lines of a fresh engine
    };

    void start_offer(const sipua::DescriptionOptions& options, DescriptionCompletion done);
    void start_answer(const RemoteOffer& remote, const sipua::DescriptionOptions& options, DescriptionCompletion done);
    void start_session(SessionDescription answer, Completion done);
    [[nodiscard]] std::error_code take_offer(SessionDescription offer);
    [[nodiscard]] std::error_code take_later_answer(const SessionDescription& answer);
    [[nodiscard]] sipua::Body next_offer(bool hold);
    [[nodiscard]] sipua::Body next_answer(bool hold);
    [[nodiscard]] std::expected<sipua::Body, std::error_code> offer_made(const std::string& made, bool hold);
    [[nodiscard]] std::expected<sipua::Body, std::error_code> answer_made(const std::string& made, bool hold);

    [[nodiscard]] MediaEngine& fresh_engine();
    void watch(EngineEvents& events, unsigned engine);
    void begin_candidates(const sipua::DescriptionOptions& options, const SessionDescription* offer);
    void candidate_found(unsigned engine, const LocalCandidate& candidate);
    [[nodiscard]] std::optional<SessionDescription> described(const std::string& made);
    void gathered(unsigned engine);
    void use(const SdpFragment& fragment);
    [[nodiscard]] SessionDescription* described_by(unsigned engine);
    [[nodiscard]] EngineLines engine_lines() const;
    [[nodiscard]] Addable addable() const;
    [[nodiscard]] bool awaits_channel() const;
    void adopt_fresh_engine();
    void retire(std::shared_ptr<MediaEngine> engine);
    void agree(Agreed agreed);
    [[nodiscard]] std::size_t engine_line(std::size_t mline) const;
    [[nodiscard]] std::size_t session_line(unsigned engine, std::size_t mline) const;
    using TrackEvent = std::move_only_function<void(const Track&)> MediaDelegate::*;
    void tell_track(TrackEvent event, unsigned engine, std::size_t mline);
    void tell_tracks(std::vector<Track> tracks);
    [[nodiscard]] bool is_current(unsigned engine) const;
    void media_failed(const EngineError& reason);

    sipua::SessionContext context_;
    EngineFactory factory_;
    bool audio_;
    VideoUse video_;
    bool offers_data_ = false;
    LocalIdentity identity_;
    bool closed_ = false;
    std::unique_ptr<MediaEngine> engine_;  // the one agreed on
    std::unique_ptr<MediaEngine> fresh_;   // of the exchange under way
    std::vector<std::size_t> places_;      // in the session, of the m-lines of the one agreed on
    unsigned agreed_engine_ = 0;           // their numbers, from 1: a fresh one that fails fails its exchange alone
    unsigned last_engine_ = 0;
    unsigned trickling_ = 0;             // whose candidates follow its description; 0: none's
    unsigned gathered_ = 0;              // the last one that has found all of its own
    std::vector<LocalCandidate> found_;  // of that one, before its description is made; lines as the engine has them
    std::optional<SdpFragment> early_;   // the peer's, before what it belongs to was agreed on
    MediaStatistics earlier_;            // of engines that are no more
    std::variant<std::monostate, LocalOffer, RemoteOffer> exchange_;  // the one under way
    std::optional<Agreed> agreed_;
    std::vector<Track> tracks_;  // of the peer, as both sides have agreed
    sipdialog::DescriptionVersions versions_;
};

}  // namespace sipmedia
