// SPDX-License-Identifier: MIT
#include "layer/derived_requests.hpp"

#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/message_view.hpp>

#include <string>

namespace siptxn {
namespace {

using sipmsg::Header;

void copy(sipmsg::Message& to, const sipmsg::MessageView& from, Header id) {
    for (const auto& field : from.fields()) {
        if (field.id == id) to.append(id, sipmsg::unfold(from.value(field)));
    }
}

sipmsg::Message derive(std::string_view method, const sipmsg::Message& invite, const sipmsg::MessageView& to_source) {
    auto message = sipmsg::Message::request(method, invite.request_uri_text());
    if (auto via = invite.top<sipmsg::Via>()) message.append(Header::via, sipmsg::unfold(via->text()));
    copy(message, invite.view(), Header::route);
    copy(message, invite.view(), Header::max_forwards);
    copy(message, invite.view(), Header::from);
    copy(message, to_source, Header::to);
    copy(message, invite.view(), Header::call_id);
    auto cseq = invite.top<sipmsg::CSeq>();
    message.append(Header::cseq, std::to_string(cseq ? cseq->number : 0) + ' ' + std::string(method));
    return message;
}

}  // namespace

sipmsg::Message ack_for(const sipmsg::Message& invite, const sipmsg::MessageView& response) {
    return derive("ACK", invite, response);
}

sipmsg::Message cancel_for(const sipmsg::Message& invite, std::string_view reason) {
    auto message = derive("CANCEL", invite, invite.view());
    if (!reason.empty()) message.append(Header::reason, reason);
    return message;
}

}  // namespace siptxn
