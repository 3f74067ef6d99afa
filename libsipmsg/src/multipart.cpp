// SPDX-License-Identifier: MIT
#include <sipmsg/multipart.hpp>

#include "boundary.hpp"
#include "chars.hpp"
#include "fail.hpp"
#include "part_parser.hpp"

#include <sipmsg/uri.hpp>

#include <algorithm>

namespace sipmsg {

/// A multipart whose parts are to be found.
struct Multipart::Source {
    std::string_view outermost;  ///< offsets count from here
    std::string_view boundary;
    std::string_view text;
    std::uint32_t depth = 1;  ///< of its parts

    [[nodiscard]] std::optional<ParseError> error(ParseErrc code, const char* at, const char* expected) const {
        return ParseError{code, Header::none, static_cast<std::uint32_t>(at - outermost.data()), expected};
    }
};

std::optional<PartField> BodyPart::next_field(std::string_view& rest) noexcept {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto end = std::min(rest.find('\n', colon), rest.size() - 1);
    while (end + 1 < rest.size() && (rest[end + 1] == ' ' || rest[end + 1] == '\t'))
        end = std::min(rest.find('\n', end + 1), rest.size() - 1);
    const PartField field{detail::trim_lws(rest.substr(0, colon)),
                          detail::trim_lws(rest.substr(colon + 1, end - colon))};
    rest.remove_prefix(end + 1);
    return field;
}

std::optional<std::string_view> BodyPart::raw(std::string_view name) const noexcept {
    auto rest = head_;
    while (const auto field = next_field(rest))
        if (iequals(field->name, name)) return field->value;
    return std::nullopt;
}

Result<ContentType> BodyPart::content_type() const {
    const auto text = raw("Content-Type");
    return text ? ContentType::parse(*text) : ContentType{"text", "plain", {}};
}

Result<Disposition> BodyPart::disposition() const {
    return Disposition::of(raw("Content-Disposition"), raw("Content-Type"));
}

std::string_view BodyPart::content_id() const noexcept {
    auto id = raw("Content-ID").value_or("");
    if (id.size() < 2 || id.front() != '<' || id.back() != '>') return id;
    return id.substr(1, id.size() - 2);
}

/// Parts of the outer level come first, and behind them, level by level, those of the parts that are multiparts.
Result<Multipart> Multipart::parse(const ContentType& content_type, std::string_view body,
                                   const ParseOptions& options) {
    const auto boundary = detail::boundary_of(content_type);
    if (!boundary) return std::unexpected(boundary.error());
    Multipart multipart;
    if (auto error = multipart.split({body, *boundary, body, 1}, options)) return std::unexpected(*error);
    multipart.top_ = multipart.parts_.size();
    for (std::size_t i = 0; i < multipart.parts_.size(); ++i) {
        const BodyPart part = multipart.parts_[i];
        const auto type = part.content_type();
        if (!type || !iequals(type->type, "multipart")) continue;
        const auto inner = detail::boundary_of(*type);
        const Source source{body, inner.value_or(""), part.body_, part.depth_ + 1};
        auto error = inner ? std::nullopt : source.error(inner.error().code, part.head_.data(), inner.error().expected);
        const auto first = multipart.parts_.size();
        if (!error) error = multipart.split(source, options);
        if (error) return std::unexpected(*error);
        multipart.parts_[i].first_ = static_cast<std::uint32_t>(first);
        multipart.parts_[i].count_ = static_cast<std::uint32_t>(multipart.parts_.size() - first);
    }
    return multipart;
}

Result<Multipart> Multipart::parse(const MessageView& message, const ParseOptions& options) {
    const auto type = message.top<ContentType>();
    if (!type) return std::unexpected(type.error());
    const auto offset_of = [&](std::string_view part) {
        return static_cast<std::uint32_t>(part.data() - message.octets().data());
    };
    if (!iequals(type->type, "multipart"))
        return detail::fail(ParseErrc::syntax, offset_of(type->type), "multipart", Header::content_type);
    auto multipart = parse(*type, message.body(), options);
    if (!multipart)
        multipart.error().offset += offset_of(multipart.error().header == Header::none ? message.body() : type->type);
    return multipart;
}

/// From boundary to boundary.
std::optional<ParseError> Multipart::split(const Source& source, const ParseOptions& options) {
    const auto text = source.text;
    if (source.depth > options.limits.multipart_depth)
        return source.error(ParseErrc::too_many, text.data(), "fewer levels of multipart");
    std::size_t begin = 0;
    for (bool first = true;; first = false) {
        const auto line = detail::find_boundary(text, begin, source.boundary, options.lenient.bare_lf);
        if (!line) return source.error(line.error().code, text.data() + line.error().offset, line.error().expected);
        const bool open = line->begin == text.size() && line->end == text.size() && !line->closes;
        if (open && (first || !options.lenient.unclosed_multipart))
            return source.error(ParseErrc::incomplete, text.data() + text.size(), "the closing boundary");
        if (first && line->closes) return source.error(ParseErrc::syntax, text.data() + line->begin, "a part");
        if (first && source.depth == 1) preamble_ = text.substr(0, line->begin);
        if (!first)
            if (auto error = add(text.substr(begin, line->begin - begin), source, options)) return error;
        begin = line->end;
        if (!open && !line->closes) continue;
        if (source.depth == 1) epilogue_ = text.substr(begin);
        return std::nullopt;
    }
}

std::optional<ParseError> Multipart::add(std::string_view text, const Source& source, const ParseOptions& options) {
    if (parts_.size() == options.limits.multipart_parts)
        return source.error(ParseErrc::too_many, text.data(), "fewer parts");
    const auto head = detail::scan_part_head(text, options.lenient.bare_lf);
    if (!head) return source.error(head.error().code, text.data() + head.error().offset, head.error().expected);
    BodyPart part;
    part.head_ = text.substr(0, head->fields);
    part.body_ = text.substr(head->size);
    part.depth_ = source.depth;
    parts_.push_back(part);
    return std::nullopt;
}

const BodyPart* Multipart::find_id(std::string_view id) const {
    const bool url = id.size() > 4 && iequals(id.substr(0, 4), "cid:");
    const auto wanted = url ? unescape(id.substr(4)) : std::string(id);
    std::string_view text = wanted;
    if (text.starts_with('<') && text.ends_with('>')) text = text.substr(1, text.size() - 2);
    if (text.empty()) return nullptr;
    for (const auto& part : parts_)
        if (part.content_id() == text) return &part;
    return nullptr;
}

const BodyPart* Multipart::find_type(std::string_view type, std::string_view subtype) const {
    for (const auto& part : parts_) {
        const auto own = part.content_type();
        if (own && own->is(type, subtype)) return &part;
    }
    return nullptr;
}

}  // namespace sipmsg
