// SPDX-License-Identifier: MIT

// The session's side of the SessionDescriptionHandler seam: a question of sipdialog becomes calls of the handler, its
// results go back.

#include "session_impl.hpp"

#include <exception>

namespace sipua {

using sipdialog::DescriptionId;
using sipdialog::DescriptionKind;

SessionDescriptionHandler& SessionImpl::media() {
    if (handler_) return *handler_;
    SessionContext context{.executor = core().executor(),
                           .outgoing = outgoing_,
                           .local_address = {},
                           .random = core().identifiers().number()};
    if (!outgoing_) context.local_address = siptxn::to_string(flow_.local.ip);
    for (auto& listener : core().endpoint().wire().listeners()) {
        if (outgoing_ && context.local_address.empty() && !listener.local.ip.is_unspecified())
            context.local_address = siptxn::to_string(listener.local.ip);
    }
    handler_ = factory_(context);
    if (!handler_) throw std::system_error(Errc::media_failed);
    handler_->on_media_failed = [weak = weak_from_this()](std::error_code error) {
        if (auto self = weak.lock()) self->media_failed(error);
    };
    handler_->on_dtmf = [weak = weak_from_this()](const Dtmf& dtmf) {
        if (auto self = weak.lock()) self->hear_dtmf(dtmf);
    };
    return *handler_;
}

void SessionImpl::media_failed(std::error_code error) {
    core().log(LogLevel::warning, "session", "media failed: " + error.message());
    end_by_state();
}

void SessionImpl::on(sipdialog::Rollback&) {
    // hold_wanted_ stays: after a 491 the same is tried again, and a real refusal resets it.
    if (handler_) handler_->rollback();
}

void SessionImpl::on(sipdialog::DescriptionWanted& output) {
    auto self = shared_from_this();
    contain(output.id, [&] { describe(output); });
}

// What a handler throws fails the description it was asked for, and nothing else.
template <class Work>
void SessionImpl::contain(DescriptionId id, Work work) {
    try {
        work();
    } catch (const std::system_error& failure) {
        described(id, std::unexpected(failure.code()));
    } catch (const std::exception& failure) {
        core().log(LogLevel::error, "session", std::string("media: ").append(failure.what()));
        described(id, std::unexpected(make_error_code(Errc::media_failed)));
    }
}

void SessionImpl::describe(const sipdialog::DescriptionWanted& output) {
    auto& handler = media();
    DescriptionOptions options{.hold = hold_wanted_, .initial = output.initial};
    if (output.kind == DescriptionKind::offer) return get_description(output.id, options);
    if (!handler.has_description(output.remote.content_type)) {
        return described(output.id, std::unexpected(make_error_code(Errc::content_type)));
    }
    bool answering = output.kind == DescriptionKind::answer;
    handler.set_description(output.remote, options,
                            [weak = weak_from_this(), id = output.id, options, answering](std::error_code error) {
                                auto self = weak.lock();
                                if (!self) return;
                                if (error) return self->described(id, std::unexpected(error));
                                if (!answering) return self->described(id, Body{});
                                self->get_description(id, options);
                            });
}

void SessionImpl::get_description(DescriptionId id, const DescriptionOptions& options) {
    contain(id, [&] {
        media().get_description(options, [weak = weak_from_this(), id](std::expected<Body, std::error_code> result) {
            if (auto self = weak.lock()) self->described(id, std::move(result));
        });
    });
}

void SessionImpl::described(DescriptionId id, std::expected<Body, std::error_code> result) {
    std::expected<Body, int> answer;
    if (result) {
        answer = std::move(*result);
    } else {
        core().log(LogLevel::warning, "session", "no description: " + result.error().message());
        answer = std::unexpected(status_of(result.error()));
    }
    core().dialogs().described(id, std::move(answer), core().now());
    core().changed();
}

}  // namespace sipua
