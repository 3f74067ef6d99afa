// SPDX-License-Identifier: MIT
#include "peers/sipmsg_values.hpp"

#include <concepts>

namespace bench {

namespace {

using namespace sipmsg;

/// Hands each value of one header line to `use`, typed; nothing for a header without a type. False when one is
/// ill-formed.
bool decode(const MessageView& message, const HeaderField& field, auto&& use) {
    bool well_formed = true;
    visit(message, field, [&]<class T>(const Result<T>& value) {
        if constexpr (!std::same_as<T, RawHeader>) {
            if (value)
                use(*value);
            else
                well_formed = false;
        }
    });
    return well_formed;
}

/// Keeps a decoded value from being optimized away: somebody might look at it.
void look_at(const auto& value) { asm volatile("" : : "g"(&value) : "memory"); }

}  // namespace

bool decode_all(const MessageView& message) {
    const auto look = [](const auto& value) { look_at(value); };
    if (message.is_request()) {
        const auto uri = message.request_uri();
        if (!uri) return false;
        look(*uri);
    }
    for (const auto& field : message.fields()) {
        if (!decode(message, field, look)) return false;
    }
    return true;
}

std::size_t size_of_all(const MessageView& message) {
    std::size_t size = message.is_request() ? sizeof(Uri) : 0;
    for (const auto& field : message.fields()) {
        decode(message, field, [&](const auto& value) { size += sizeof value; });
    }
    return size;
}

DecodedMessage::DecodedMessage(const MessageView& message) : body_(message.body()) {
    if (message.is_request()) {
        start_line_ = [method = message.method_text(), uri = *message.request_uri()](std::string& out) {
            out.append(method).append(" ");
            sipmsg::append_to(out, uri);
            out += " SIP/2.0\r\n";
        };
    } else {
        start_line_ = [status = message.status(), reason = message.reason()](std::string& out) {
            out += "SIP/2.0 ";
            out += std::to_string(status);
            out.append(" ").append(reason).append("\r\n");
        };
    }
    for (const auto& field : message.fields()) {
        Line line{message.name(field), {}};
        const auto keep = [&](const auto& value) {
            line.values.emplace_back([value](std::string& out) { sipmsg::append_to(out, value); });
        };
        const bool read = decode(message, field, keep);
        if (!read || line.values.empty()) {
            line.values.clear();
            line.values.emplace_back([text = message.value(field)](std::string& out) { out += text; });
        }
        lines_.push_back(std::move(line));
    }
}

void DecodedMessage::append_to(std::string& out) const {
    start_line_(out);
    for (const auto& line : lines_) {
        out.append(line.name).append(": ");
        bool first = true;
        for (const auto& value : line.values) {
            if (!first) out += ", ";
            first = false;
            value(out);
        }
        out += "\r\n";
    }
    out.append("\r\n").append(body_);
}

}  // namespace bench
