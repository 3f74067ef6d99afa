// SPDX-License-Identifier: MIT
// Candidates that follow their description, in INFO requests of the package "trickle-ice". RFC 8840, RFC 6086.
#include "session_impl.hpp"

#include <sipmsg/header/content.hpp>
#include <sipmsg/header/events.hpp>

#include <algorithm>

namespace sipua {
namespace {

constexpr std::string_view package = "trickle-ice";

}  // namespace

// RFC 6086 §5.2: the last list counts; a message without one says nothing.
void SessionImpl::note_recv_info(const sipmsg::Message& message) {
    if (!message.has(sipmsg::Header::recv_info)) return;
    peer_takes_fragments_ = false;
    for (const auto& taken : message.all<sipmsg::RecvInfo>())
        if (taken && sipmsg::iequals(taken->package(), package)) peer_takes_fragments_ = true;
}

void SessionImpl::trickle(sipdialog::TrickleMachine::Event event) {
    if (!agent_->options().trickle_ice) return;
    if (trickle_.on(event) & sipdialog::TrickleMachine::send) send_fragment();
}

// RFC 8840 §4.4: each has the candidates of those before it, so nothing is lost with one that fails.
void SessionImpl::send_fragment() {
    using Event = sipdialog::TrickleMachine::Event;
    const Body body = handler_ ? handler_->fragment() : Body{};
    if (body.empty()) return trickle(Event::taken);
    const HeaderList headers{
        {"Info-Package",        std::string(package)},
        {"Content-Disposition", "Info-Package"      }
    };
    send("INFO", body, headers, Pending::make([weak = weak_from_this()](std::error_code error) {
             if (auto self = weak.lock()) self->trickle(error ? Event::refused : Event::taken);
         }));
}

bool SessionImpl::take_fragment_info(const sipmsg::Message& request, Responder& responder) {
    const auto info = request.top<sipmsg::InfoPackage>();
    if (!agent_->options().trickle_ice || !info || !sipmsg::iequals(info->package(), package)) return false;
    const auto type = sipmsg::ContentType::parse(request.raw(sipmsg::Header::content_type).value_or(""));
    if (!type || !type->is("application", "trickle-ice-sdpfrag")) {
        responder.answer(415,
                         {
                             {"Accept", "application/trickle-ice-sdpfrag"}
        },
                         {});
        return true;
    }
    const Body fragment{sipmsg::unfold(request.raw(sipmsg::Header::content_type).value_or("")),
                        std::string(request.body())};
    const bool taken = handler_ && handler_->take_fragment(fragment);
    responder.answer(taken || !handler_ ? 200 : 400, {}, {});
    return true;
}

}  // namespace sipua
