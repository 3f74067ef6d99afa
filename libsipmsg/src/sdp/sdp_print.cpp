// SPDX-License-Identifier: MIT
#include <sipmsg/sdp/sdp.hpp>

#include "message_edit.hpp"

#include <sipmsg/printer.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace sipmsg::sdp {
namespace {

/// Writes lines one behind the other.
class LineWriter {
public:
    LineWriter(char* begin, std::size_t room) noexcept : to_(begin, room), limit_(begin + room) {}

    /// One line; the parts stand next to each other.
    template <class... Parts>
    void line(char type, const Parts&... parts) {
        to_ = to_ << type << '=';
        char* const begin = to_.end();
        to_ = (to_ << ... << parts);
        char* const end = to_.end();
        if (end != nullptr && detail::breaks_line({begin, end})) mend(begin, end);
        to_ = to_ << "\r\n";
    }

    void lines(const std::vector<Line>& list) {
        for (const Line& each : list) line(each.type, each.value);
    }
    void connection(const Connection& value) { line('c', value.network, ' ', value.address_type, ' ', value.address); }
    void bandwidths(const std::vector<Bandwidth>& list) {
        for (const Bandwidth& each : list) line('b', each.type, ':', each.value);
    }
    void attributes(const Attributes& list) {
        for (const Attribute& each : list) {
            if (each.value)
                line('a', each.name, ':', *each.value);
            else
                line('a', each.name);
        }
    }
    void origin(const Origin& value) {
        line('o', value.username, ' ', value.session_id, ' ', value.version, ' ', value.network, ' ',
             value.address_type, ' ', value.address);
    }
    void times(const std::vector<Time>& list) {
        if (list.empty()) return line('t', "0 0");
        for (const Time& time : list) {
            line('t', time.start, ' ', time.stop);
            for (const std::string& repeat : time.repeats) line('r', repeat);
            if (time.zone) line('z', *time.zone);
        }
    }
    void media(const MediaDescription& value) {
        line('m', value.kind, ' ', Ports{value}, ' ', value.protocol, Formats{value.formats});
        lines(value.about);
        if (value.connection) connection(*value.connection);
        for (const Connection& more : value.more_connections) connection(more);
        bandwidths(value.bandwidths);
        lines(value.other);
        attributes(value.attributes);
    }
    void description(const SessionDescription& value) {
        line('v', '0');
        origin(value.origin);
        line('s', value.session_name);
        lines(value.about);
        if (value.connection) connection(*value.connection);
        bandwidths(value.bandwidths);
        times(value.times);
        lines(value.other);
        attributes(value.attributes);
        for (const MediaDescription& each : value.media) media(each);
    }

    /// nullptr when the room was not enough.
    [[nodiscard]] char* end() const noexcept { return to_.end(); }

private:
    struct Ports {
        const MediaDescription& media;

        friend Printer operator<<(Printer to, const Ports& ports) {
            to = to << ports.media.port;
            return ports.media.port_count == 1 ? to : to << '/' << ports.media.port_count;
        }
    };
    struct Formats {
        const std::vector<std::string>& list;

        friend Printer operator<<(Printer to, const Formats& formats) {
            for (const std::string& format : formats.list) to = to << ' ' << format;
            return to;
        }
    };

    void mend(char* begin, char* end) {
        const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
        end = std::remove_if(begin, end, breaks);
        to_ = Printer(end, static_cast<std::size_t>(limit_ - end));
    }

    Printer to_;
    char* limit_;
};

/// How many octets, 0 when the room is not enough.
std::size_t write(char* begin, std::size_t room, const SessionDescription& description) {
    LineWriter writer(begin, room);
    writer.description(description);
    const char* const end = writer.end();
    return end != nullptr ? static_cast<std::size_t>(end - begin) : 0;
}

}  // namespace

std::string to_string(const SessionDescription& description) {
    std::array<char, 1024> usual;
    if (const auto size = write(usual.data(), usual.size(), description)) return {usual.data(), size};
    std::string out;
    for (auto room = 2 * usual.size(); out.empty(); room *= 2)
        out.resize_and_overwrite(room, [&](char* begin, std::size_t size) { return write(begin, size, description); });
    out.shrink_to_fit();  // descriptions are kept
    return out;
}

}  // namespace sipmsg::sdp
