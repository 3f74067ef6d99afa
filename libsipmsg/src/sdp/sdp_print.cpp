// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/sdp.hpp>

#include "message_edit.hpp"

#include <algorithm>
#include <cstddef>

namespace sipmsg::sdp {
namespace {

class Printer {
public:
    explicit Printer(std::string& out) noexcept : out_(out) {}

    /// One line; the parts stand next to each other.
    template <class... Parts>
    void line(char type, const Parts&... parts) {
        out_ += type;
        out_ += '=';
        const auto begin = out_.size();
        (out_.append(parts), ...);
        if (detail::breaks_line(std::string_view(out_).substr(begin))) mend(begin);
        out_ += "\r\n";
    }

    void lines(const std::vector<Line>& list) {
        for (const Line& each : list) line(each.type, each.value);
    }
    void connection(const Connection& value) { line('c', value.network, " ", value.address_type, " ", value.address); }
    void bandwidths(const std::vector<Bandwidth>& list) {
        for (const Bandwidth& each : list) line('b', each.type, ":", std::to_string(each.value));
    }
    void attributes(const Attributes& list) {
        for (const Attribute& each : list) {
            if (each.value)
                line('a', each.name, ":", *each.value);
            else
                line('a', each.name);
        }
    }
    void origin(const Origin& value) {
        line('o', value.username, " ", value.session_id, " ", std::to_string(value.version), " ", value.network, " ",
             value.address_type, " ", value.address);
    }
    void times(const std::vector<Time>& list) {
        if (list.empty()) return line('t', "0 0");
        for (const Time& time : list) {
            line('t', std::to_string(time.start), " ", std::to_string(time.stop));
            for (const std::string& repeat : time.repeats) line('r', repeat);
            if (time.zone) line('z', *time.zone);
        }
    }
    void media(const MediaDescription& value) {
        std::string formats;
        for (const std::string& format : value.formats) formats.append(" ").append(format);
        const std::string count = value.port_count == 1 ? "" : "/" + std::to_string(value.port_count);
        line('m', value.kind, " ", std::to_string(value.port), count, " ", value.protocol, formats);
        lines(value.about);
        if (value.connection) connection(*value.connection);
        for (const Connection& more : value.more_connections) connection(more);
        bandwidths(value.bandwidths);
        lines(value.other);
        attributes(value.attributes);
    }

private:
    void mend(std::size_t begin) {
        const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
        out_.erase(std::remove_if(out_.begin() + static_cast<std::ptrdiff_t>(begin), out_.end(), breaks), out_.end());
    }

    std::string& out_;
};

}  // namespace

std::string to_string(const SessionDescription& description) {
    std::string out;
    out.reserve(512);
    Printer print(out);
    print.line('v', "0");
    print.origin(description.origin);
    print.line('s', description.session_name);
    print.lines(description.about);
    if (description.connection) print.connection(*description.connection);
    print.bandwidths(description.bandwidths);
    print.times(description.times);
    print.lines(description.other);
    print.attributes(description.attributes);
    for (const MediaDescription& media : description.media) print.media(media);
    return out;
}

}  // namespace sipmsg::sdp
