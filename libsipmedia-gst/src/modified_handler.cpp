// SPDX-License-Identifier: MIT
#include <sipmedia/modifiers.hpp>

#include "event_relay.hpp"
#include "media_handler.hpp"

#include <sipua/error.hpp>

#include <expected>
#include <utility>

namespace sipmedia {
namespace {

using sipua::SessionDescriptionHandler;

/// Another handler, whose descriptions are changed as they pass.
class ModifiedHandler final : public MediaHandler, public std::enable_shared_from_this<ModifiedHandler> {
public:
    ModifiedHandler(std::shared_ptr<SessionDescriptionHandler> media, std::shared_ptr<const Modifiers> modifiers)
        : media_(std::move(media)), modifiers_(std::move(modifiers)) {}

    void connect() {
        if (auto* ours = dynamic_cast<MediaHandler*>(media_.get())) {
            sound_ = ours->sound();
            data_ = ours->data();
            picture_ = ours->picture();
            watch_ = ours->watch();
        }
        relay_events(*media_, weak_from_this());
    }

    // What is changed has all its candidates: of a fragment the modifiers would not hear.
    void get_description(const sipua::DescriptionOptions& options, DescriptionCompletion done) override {
        auto complete = options;
        complete.takes_fragments = complete.sends_fragments = false;
        media_->get_description(complete, [modifiers = modifiers_, done = std::move(done)](
                                              std::expected<sipua::Body, std::error_code> made) mutable {
            done(made ? sipua::modify(*std::move(made), modifiers->local) : std::move(made));
        });
    }

    void set_description(const sipua::Body& remote, const sipua::DescriptionOptions& options,
                         Completion done) override {
        if (!has_description(remote.content_type)) return done(sipua::Errc::content_type);
        auto body = sipua::modify(remote, modifiers_->remote);
        if (!body) return done(body.error());
        media_->set_description(*body, options, std::move(done));
    }

    [[nodiscard]] bool has_description(std::string_view content_type) const override {
        return media_->has_description(content_type);
    }
    void rollback() override { media_->rollback(); }
    bool send_dtmf(std::string_view tones, const sipua::DtmfOptions& options) override {
        return media_->send_dtmf(tones, options);
    }
    bool add_video() override {
        auto* ours = dynamic_cast<MediaHandler*>(media_.get());
        return ours && ours->add_video();
    }
    bool stop_gathering() override {
        auto* ours = dynamic_cast<MediaHandler*>(media_.get());
        return ours && ours->stop_gathering();
    }
    [[nodiscard]] bool is_watchable() const override {
        auto* ours = dynamic_cast<MediaHandler*>(media_.get());
        return ours && ours->is_watchable();
    }
    void statistics(std::move_only_function<void(sipua::MediaStatistics)> done) override {
        media_->statistics(std::move(done));
    }
    void close() override { media_->close(); }

private:
    std::shared_ptr<SessionDescriptionHandler> media_;
    std::shared_ptr<const Modifiers> modifiers_;
};

}  // namespace

sipua::SessionDescriptionHandlerFactory modified(sipua::SessionDescriptionHandlerFactory media, Modifiers modifiers) {
    return [media = std::move(media),
            modifiers = std::make_shared<const Modifiers>(std::move(modifiers))](const sipua::SessionContext& context) {
        auto handler = std::make_shared<ModifiedHandler>(media(context), modifiers);
        handler->connect();
        return handler;
    };
}

}  // namespace sipmedia
