// SPDX-License-Identifier: MIT
#include "fault_list.hpp"
#include "presence_table.hpp"

#include <sipmsg/header/simple.hpp>

namespace sipmsg::detail {

namespace {

/// The method's column; npos when the tables have none.
std::size_t column_of(Method method) noexcept {
    constexpr Method columns[] = {Method::ack,       Method::bye,   Method::cancel,    Method::invite, Method::options,
                                  Method::register_, Method::prack, Method::subscribe, Method::notify, Method::update,
                                  Method::message,   Method::refer, Method::info,      Method::publish};
    const auto* found = std::ranges::find(columns, method);
    return found == std::end(columns) ? std::string_view::npos : static_cast<std::size_t>(found - columns);
}

/// What the tables say about one header in one message.
struct Rule {
    bool named = false;      ///< there is a row for the header that speaks of the method
    bool allowed = false;    ///< one of those that speak of the message lets it stand
    bool mandatory = false;  ///< one of those wants it
};

Rule rule_of(std::span<const Presence> rows, int status, std::size_t column) noexcept {
    Rule rule;
    for (const auto& row : rows) {
        const char letter = row.methods[column];
        if (letter == ' ') continue;
        rule.named = true;
        if (status < row.where.from || status > row.where.to) continue;
        rule.allowed = rule.allowed || letter != '-';
        rule.mandatory = rule.mandatory || letter == 'm';
    }
    return rule;
}

/// What a request is answered with that lacks the header. Nobody refuses one without Max-Forwards (RFC 3261 §16.3
/// step 3).
void miss(Header id, bool request, FaultList& faults) {
    if (id == Header::max_forwards) return faults.missing(Layer::parser, 0, id);
    if (!request) return faults.missing(Layer::uac, 0, id);
    faults.missing(Layer::uas, id == Header::event ? 489 : 400, id);
}

void check_header(const MessageView& message, std::span<const Presence> rows, std::size_t column, FaultList& faults) {
    const auto id = rows.front().id;
    const auto rule = rule_of(rows, message.status(), column);
    const auto* field = message.find(id);
    if (field == nullptr) {
        const bool for_body = id == Header::content_type && !message.body().empty();
        if (rule.mandatory || for_body) miss(id, message.is_request(), faults);
    } else if (rule.named && !rule.allowed) {
        faults.add(message.is_request() ? Layer::uas : Layer::uac, 0, ParseErrc::misplaced, id, message.name(*field),
                   "no such header in this message");
    }
}

}  // namespace

void check_presence(const MessageView& message, FaultList& faults) {
    const auto cseq = message.top<CSeq>();
    if (message.is_response() && !cseq) return;
    const auto column = column_of(message.is_request() ? message.method() : cseq->method);
    if (column == std::string_view::npos) return;
    const std::span<const Presence> table = presence_table;
    for (std::size_t first = 0, last = 0; first < table.size(); first = last) {
        while (last < table.size() && table[last].id == table[first].id) ++last;
        check_header(message, table.subspan(first, last - first), column, faults);
    }
}

}  // namespace sipmsg::detail
