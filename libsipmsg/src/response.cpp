// SPDX-License-Identifier: MIT
#include <sipmsg/message.hpp>

#include "message_edit.hpp"

#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/printer.hpp>
#include <sipmsg/status.hpp>

#include <stdexcept>

namespace sipmsg {

namespace {

bool may_make_dialog(const MessageView& request) noexcept {
    return request.method() == Method::invite || request.method() == Method::subscribe ||
           request.method() == Method::refer || request.method() == Method::notify;
}

/// RFC 3261 §8.2.6.2; §12.1.1 for Record-Route.
bool is_copied(Header id, int status, bool record_route) noexcept {
    switch (id) {
        case Header::via:
        case Header::from:
        case Header::to:
        case Header::call_id:
        case Header::cseq: return true;
        case Header::record_route: return record_route;
        case Header::timestamp: return status == 100;
        default: return false;
    }
}

/// Writes header lines one behind the other, and notes where each stands.
class LineWriter {
public:
    LineWriter(char* begin, std::size_t room, detail::FieldList& fields)
        : begin_(begin), to_(begin, room), fields_(fields) {}

    void start_line(std::string_view version, int status, std::string_view phrase) {
        to_ = to_ << version << ' ' << static_cast<unsigned>(status) << ' ' << phrase << "\r\n";
    }
    void line(Header id, std::string_view value, std::string_view tag = {}) {
        const auto name = sipmsg::to_string(id);
        const auto begin = at();
        to_ = to_ << name << ": " << value;
        if (!tag.empty()) to_ = to_ << ";tag=" << tag;
        to_ = to_ << "\r\n";
        const auto value_size = at() - begin - name.size() - detail::around_value;
        fields_.push_back(detail::field_at(begin, id, name.size(), value_size));
    }
    void blank_line() { to_ = to_ << "\r\n"; }
    /// There has been room for everything.
    [[nodiscard]] std::uint32_t at() const noexcept { return static_cast<std::uint32_t>(to_.end() - begin_); }

private:
    char* begin_;
    Printer to_;
    detail::FieldList& fields_;
};

/// The tag, when the To header has none yet.
std::string_view tag_for(const MessageView& request, std::string_view to, std::string_view tag) {
    if (tag.empty()) return {};
    const auto value = NameAddr::parse(to, request.behind(to));
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
    auto size = phrase.size() + to_tag.size() + 64;
    for (const auto& field : request.fields()) {
        if (!is_copied(field.id, status, record_route)) continue;
        detail::check_value(field.folded ? std::string_view{} : request.value(field));
        size += sipmsg::to_string(field.id).size() + field.value_length + detail::around_value;
    }

    constexpr std::string_view version = "SIP/2.0";
    Message response;
    auto& view = response.view_;
    response.octets_.reserve(size + room);
    response.octets_.resize_and_overwrite(size, [&](char* begin, std::size_t whole) {
        LineWriter lines(begin, whole, view.fields_);
        lines.start_line(version, status, phrase);
        for (const auto& field : request.fields()) {
            if (!is_copied(field.id, status, record_route)) continue;
            const auto value = request.value(field);
            const auto tag =
                field.id == Header::to && status != 100 ? tag_for(request, value, to_tag) : std::string_view{};
            field.folded ? lines.line(field.id, unfold(value), tag) : lines.line(field.id, value, tag);
        }
        lines.line(Header::content_length, "0");
        lines.blank_line();
        return lines.at();
    });
    view.status_ = static_cast<std::uint16_t>(status);
    view.first_ = {0, static_cast<std::uint32_t>(version.size())};
    view.second_ = {static_cast<std::uint32_t>(version.size()) + 5, static_cast<std::uint32_t>(phrase.size())};
    view.body_.offset = static_cast<std::uint32_t>(response.octets_.size());
    response.rebase();
    return response;
}

}  // namespace sipmsg
