// SPDX-License-Identifier: MIT
#include <sipmsg/message.hpp>

#include "fold.hpp"
#include "message_edit.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/printer.hpp>
#include <sipmsg/status.hpp>

#include <stdexcept>
#include <utility>

namespace sipmsg {

namespace {

bool may_make_dialog(const MessageView& request) noexcept {
    return request.method() == Method::invite || request.method() == Method::subscribe ||
           request.method() == Method::refer || request.method() == Method::notify;
}

/// RFC 3261 §8.2.6.2; §12.1.1 for Record-Route. Of a header that stands twice and may not, the first line alone.
bool is_copied(const MessageView& request, const HeaderField& field, int status, bool record_route) noexcept {
    switch (field.id) {
        case Header::via: return true;
        case Header::from:
        case Header::to:
        case Header::call_id:
        case Header::cseq: return request.find(field.id) == &field;
        case Header::record_route: return record_route;
        case Header::timestamp: return status == 100 && request.find(field.id) == &field;
        default: return false;
    }
}

std::string_view start_of(Header id) noexcept { return detail::line_starts[static_cast<std::size_t>(id)]; }

/// The line, when it stands in the request as it is to stand in the response; else empty.
std::string_view line_as_written(const MessageView& request, const HeaderField& field) noexcept {
    const auto start = start_of(field.id);
    const auto line = request.octets().substr(field.name_offset, start.size() + field.value_length + 2);
    const bool same = !field.folded && field.value_offset - field.name_offset == start.size() &&
                      detail::same_octets(line.substr(0, start.size()), start) && line.ends_with("\r\n");
    return same ? line : std::string_view{};
}

/// Writes header lines one behind the other.
class LineWriter {
public:
    LineWriter(char* begin, std::size_t room) : begin_(begin), to_(begin, room) {}

    void start_line(std::string_view version, int status, std::string_view phrase) {
        to_ = to_ << version << ' ' << static_cast<unsigned>(status) << ' ' << phrase << "\r\n";
    }
    /// Where it stands now.
    [[nodiscard]] HeaderField line(Header id, std::string_view value, std::string_view tag = {}) {
        flush();
        const auto start = start_of(id);
        const auto begin = at();
        to_ = to_ << start << value;
        if (!tag.empty()) to_ = to_ << ";tag=" << tag;
        const auto value_size = at() - begin - start.size();
        to_ = to_ << "\r\n";
        return detail::field_at(begin, id, start.size() - 2, value_size);
    }
    /// A line of another message. Those that stand one behind the other there are copied together.
    void copy(std::string_view line, HeaderField& field) {
        if (run_.data() + run_.size() != line.data()) {
            flush();
            run_ = {line.data(), 0};
        }
        const auto moved = at() + static_cast<std::uint32_t>(run_.size()) - field.name_offset;
        run_ = {run_.data(), run_.size() + line.size()};
        field.name_offset += moved;
        field.value_offset += moved;
    }
    void blank_line() {
        flush();
        to_ = to_ << "\r\n";
    }
    /// There has been room for everything.
    [[nodiscard]] std::uint32_t at() const noexcept { return static_cast<std::uint32_t>(to_.end() - begin_); }

private:
    void flush() { to_ = to_ << std::exchange(run_, {}); }

    char* begin_;
    Printer to_;
    std::string_view run_;  ///< lines that are still to be copied
};

/// The tag, when the To header has none yet. Behind a bracket that ends the value there is no parameter.
std::string_view tag_for(const MessageView& request, int status, std::string_view tag) {
    const auto to = request.raw(Header::to);
    if (tag.empty() || status == 100 || !to) return {};
    if (to->ends_with('>')) return tag;
    const auto value = NameAddr::parse(*to, request.behind(*to));
    return value && !value->tag() ? tag : std::string_view{};
}

}  // namespace

Message Message::response(const MessageView& request, int status, std::string_view to_tag, std::string_view phrase,
                          std::size_t room) {
    if (status < 100 || status > 699) throw std::invalid_argument("a status code is 100 to 699");
    if (phrase.empty()) phrase = reason_phrase(status);
    detail::check_value(phrase);
    if (!to_tag.empty()) detail::check_name(to_tag, "a tag");
    const bool record_route = status > 100 && status < 300 && may_make_dialog(request);
    Message response;
    auto& view = response.view_;
    auto size = phrase.size() + to_tag.size() + 64;
    for (const auto& field : request.fields()) {
        if (!is_copied(request, field, status, record_route)) continue;
        size += start_of(field.id).size() + field.value_length + 2;
        view.fields_.push_back(field);
    }

    constexpr std::string_view version = "SIP/2.0";
    const auto tag = tag_for(request, status, to_tag);
    response.octets_.reserve(size + room);
    response.octets_.resize_and_overwrite(size, [&](char* begin, std::size_t whole) {
        LineWriter lines(begin, whole);
        lines.start_line(version, status, phrase);
        for (auto& field : view.fields_.span()) {
            const auto added = field.id == Header::to ? tag : std::string_view{};
            const auto line = added.empty() ? line_as_written(request, field) : std::string_view{};
            const auto value = request.value(field);
            if (!line.empty()) {
                lines.copy(line, field);
            } else {
                field = field.folded ? lines.line(field.id, unfold(value), added) : lines.line(field.id, value, added);
            }
        }
        view.fields_.push_back(lines.line(Header::content_length, "0"));
        lines.blank_line();
        return lines.at();
    });
    // Values that were received hold neither CR nor LF but for folds, and a NUL goes back as it came (RFC 4475
    // §3.1.1.2).
    view.status_ = static_cast<std::uint16_t>(status);
    view.first_ = {0, static_cast<std::uint32_t>(version.size())};
    view.second_ = {static_cast<std::uint32_t>(version.size()) + 5, static_cast<std::uint32_t>(phrase.size())};
    view.body_.offset = static_cast<std::uint32_t>(response.octets_.size());
    response.rebase();
    return response;
}

}  // namespace sipmsg
