// SPDX-License-Identifier: MIT
#pragma once

// A handler that stands in front of another: what that one tells goes on to the session.

#include <sipua/session_description_handler.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace sipmedia {

using sipua::SessionDescriptionHandler;

/// Tells `event` of `to`, as long as that lives and somebody listens.
template <class... Args>
auto relay(std::weak_ptr<SessionDescriptionHandler> to,
           std::move_only_function<void(Args...)> SessionDescriptionHandler::*event) {
    return [to = std::move(to), event](Args... args) {
        const auto handler = to.lock();
        if (handler && (*handler).*event) ((*handler).*event)(args...);
    };
}

/// All that a handler tells, but for on_fragment: what is in a fragment may still change in front.
inline void relay_events(SessionDescriptionHandler& from, const std::weak_ptr<SessionDescriptionHandler>& to) {
    from.on_media_failed = relay(to, &SessionDescriptionHandler::on_media_failed);
    from.on_restart_wanted = relay(to, &SessionDescriptionHandler::on_restart_wanted);
    from.on_dtmf = relay(to, &SessionDescriptionHandler::on_dtmf);
}

}  // namespace sipmedia
