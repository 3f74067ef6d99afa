// SPDX-License-Identifier: MIT
#include "peers/sipmsg_values.hpp"

#include <concepts>
#include <utility>

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

/// The Request-URI and those headers that are `wanted`.
bool decode_if(auto&& wanted, const MessageView& message) {
    const auto look = [](const auto& value) { look_at(value); };
    if (message.is_request()) {
        const auto uri = message.request_uri();
        if (!uri) return false;
        look(*uri);
    }
    for (const auto& field : message.fields()) {
        if (wanted(field.id) && !decode(message, field, look)) return false;
    }
    return true;
}

}  // namespace

bool decode_all(const MessageView& message) {
    return decode_if([](Header) { return true; }, message);
}

bool decode_only(const std::bitset<header_count>& these, const MessageView& message) {
    return decode_if([&](Header name) { return these[std::to_underlying(name)]; }, message);
}

const std::bitset<header_count>& headers_of_pjsip() noexcept {
    static const auto headers = [] {
        std::bitset<header_count> known;
        using enum Header;
        for (const auto name : {accept,
                                allow,
                                allow_events,
                                authorization,
                                call_id,
                                contact,
                                content_length,
                                content_type,
                                cseq,
                                event,
                                expires,
                                from,
                                max_forwards,
                                min_expires,
                                min_se,
                                proxy_authenticate,
                                proxy_authorization,
                                record_route,
                                replaces,
                                require,
                                retry_after,
                                route,
                                session_expires,
                                subscription_state,
                                supported,
                                to,
                                unsupported,
                                via,
                                www_authenticate}) {
            known.set(std::to_underlying(name));
        }
        return known;
    }();
    return headers;
}

std::size_t size_of_all(const MessageView& message) {
    std::size_t size = message.is_request() ? sizeof(Uri) : 0;
    for (const auto& field : message.fields()) {
        decode(message, field, [&](const auto& value) { size += sizeof value; });
    }
    return size;
}

/// All values of a line have the type of its header.
template <class T>
struct DecodedMessage::LineOf : Line {
    explicit LineOf(std::string_view of_line) : name(of_line) {}
    Printer print(Printer to) const override {
        if constexpr (requires { print_line(to, values); })
            return print_line(to, values);
        else
            return print_line(to, name, values);
    }
    std::string_view name;
    std::vector<T> values;
};

DecodedMessage::DecodedMessage(const MessageView& message) : body_(message.body()) {
    if (message.is_request()) {
        start_line_ = [method = message.method_text(), uri = *message.request_uri()](Printer to) {
            return sipmsg::print(to << method << ' ', uri) << " SIP/2.0\r\n";
        };
    } else {
        start_line_ = [status = static_cast<std::uint16_t>(message.status()), reason = message.reason()](Printer to) {
            return to << "SIP/2.0 " << status << ' ' << reason << "\r\n";
        };
    }
    for (const auto& field : message.fields()) {
        std::unique_ptr<Line> line;
        const auto keep = [&]<class T>(const T& value) {
            if (!line) line = std::make_unique<LineOf<T>>(message.name(field));
            static_cast<LineOf<T>&>(*line).values.push_back(value);
        };
        if (!decode(message, field, keep) || !line) {
            line.reset();
            keep(RawHeader{message.value(field)});
        }
        lines_.push_back(std::move(line));
    }
}

Printer print(Printer to, const DecodedMessage& message) {
    to = message.start_line_(to);
    for (const auto& line : message.lines_) to = line->print(to);
    return to << "\r\n" << message.body_;
}

}  // namespace bench
