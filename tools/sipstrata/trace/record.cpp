// SPDX-License-Identifier: MIT
#include "record.hpp"

#include <siptxn/masking.hpp>

#include <sipmsg/sipmsg.hpp>

#include <functional>
#include <string_view>

namespace sipstrata {

TraceRecord make_record(const siptxn::TraceMessage& message) {
    TraceRecord record{
        .time = message.time, .calendar = message.calendar, .transport = message.flow.transport, .sent = message.sent};
    record.source = message.sent ? message.flow.local : message.flow.remote;
    record.destination = message.sent ? message.flow.remote : message.flow.local;
    record.fingerprint = std::hash<std::string_view>()(message.octets);
    std::string_view first = message.octets.substr(0, message.octets.find_first_of("\r\n"));
    record.start_line = siptxn::mask_credentials(first);
    auto view = sipmsg::parse(message.octets);
    if (!view) return record;
    record.call_id = view->raw(sipmsg::Header::call_id).value_or("");
    if (auto cseq = view->top<sipmsg::CSeq>()) {
        record.cseq = cseq->number;
        record.cseq_method = cseq->method_text;
    }
    auto type = view->top<sipmsg::ContentType>();
    record.has_description = type && type->is("application", "sdp") && !view->body().empty();
    return record;
}

}  // namespace sipstrata
