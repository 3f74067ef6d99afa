// SPDX-License-Identifier: MIT
// What the dialogs ask for, and whom their news is for.
#include "agent.hpp"
#include "core.hpp"
#include "session_impl.hpp"

#include <utility>

namespace sipua {

bool Core::drain() {
    const Running here(*this);
    auto* output = dialogs_.next();
    if (!output) return subscriptions_.drain();
    std::visit([this](auto& one) { perform(one); }, *output);
    return true;
}

void Core::perform(sipdialog::SendRequest& output) {
    if (auto found = sessions_.find(output.session); found != sessions_.end()) found->second->authorize(output);
    auto transaction = transactions().send(std::move(output.request), output.options, now());
    dialogs_.sent(output.id, transaction);
}

void Core::perform(sipdialog::SendAck& output) {
    transactions().send_stateless(std::move(output.request), output.options, now());
}
void Core::perform(sipdialog::CancelRequest& output) {
    transactions().cancel(output.transaction, now(), output.reason);
}
void Core::perform(sipdialog::Respond& output) {
    transactions().respond(output.transaction, std::move(output.response), now());
}
void Core::perform(sipdialog::DescriptionDropped&) {}

void Core::perform(sipdialog::Invited& output) {
    auto agent = agent_for(*output.request);
    if (!agent) return dialogs_.reject(output.session, 480, now());
    const bool replaces = agent->options().sip_extension_replaces != SipExtension::unsupported;
    auto replaced = replaces ? dialogs_.replaced_by(output.request->view()) : sipdialog::NamedDialog{};
    if (replaced.refusal != 0) return dialogs_.reject(output.session, replaced.refusal, now());
    auto session = SessionImpl::incoming(agent, output.session, output.request, output.flow);
    if (auto other = sessions_.find(replaced.session); other != sessions_.end()) session->replace(other->second);
    adopt(output.session, session);
    session->watch();
    agent->check_identity(*output.request, [session](IdentityVerdict verdict, const auto& passport) {
        session->identified(verdict, passport);
    });
}

void Core::perform(sipdialog::Ended& output) {
    auto node = sessions_.extract(output.session);
    if (node) node.mapped()->on(output);
}

// What a REFER began may outlive its session (RFC 5057 §5.3), but nobody here waits for it any more.
void Core::perform(sipdialog::RequestInDialog& output) {
    if (auto found = sessions_.find(output.session); found != sessions_.end()) {
        auto session = found->second;
        return session->on(output);
    }
    bool notifies = output.request->method() == sipmsg::Method::notify;
    dialogs_.respond(output.session, output.transaction, notifies ? 200 : 481, now());
}

template <class News>
void Core::perform(News& output) {
    auto found = sessions_.find(output.session);
    if (found == sessions_.end()) return;
    auto session = found->second;
    session->on(output);
}

}  // namespace sipua
