// SPDX-License-Identifier: MIT
#pragma once

#include "media_handler.hpp"
#include "rtp_engine.hpp"

#include <sipua/session_description_handler.hpp>

#include <expected>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

namespace sipmedia {

/// One session's offers and answers, with the engine that does what they say. Every operation completes at once.
class RtpHandler final : public MediaHandler, public std::enable_shared_from_this<RtpHandler> {
public:
    RtpHandler(sipua::SessionContext context, RtpOptions options);

    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override;
    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options, Completion done) override;
    [[nodiscard]] bool has_description(std::string_view content_type) const override;
    void rollback() override;
    bool send_dtmf(std::string_view tones, const sipua::DtmfOptions& options) override;
    [[nodiscard]] bool is_watchable() const override { return true; }
    void statistics(std::move_only_function<void(sipua::MediaStatistics)> done) override;
    void close() override;

private:
    using Description = std::expected<sipua::Body, std::error_code>;

    [[nodiscard]] std::error_code open();
    [[nodiscard]] Description make_offer(bool hold);
    [[nodiscard]] Description make_answer(bool hold);
    [[nodiscard]] std::error_code apply();
    using TrackEvent = std::move_only_function<void(const Track&)> MediaDelegate::*;
    void tell_track(TrackEvent event);
    void follow_track(const RtpAgreement& agreement);

    sipua::SessionContext context_;
    RtpOptions options_;
    bool closed_ = false;
    std::shared_ptr<RtpEngine> engine_;
    std::optional<RtpNegotiator> negotiator_;
    std::optional<Track> track_;                          // the peer's, while it may send
    std::optional<sipdialog::SessionDescription> offer_;  // the peer's, waiting for get_description()
};

}  // namespace sipmedia
