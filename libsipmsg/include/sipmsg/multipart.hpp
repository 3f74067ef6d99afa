// SPDX-License-Identifier: MIT
#pragma once

#include <sipmsg/disposition.hpp>
#include <sipmsg/error.hpp>
#include <sipmsg/header/content.hpp>
#include <sipmsg/limits.hpp>
#include <sipmsg/message_view.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sipmsg {

/// One header line of a body part. The value is trimmed and may contain folds.
struct PartField {
    std::string_view name;
    std::string_view value;
};

/// One part of a multipart body: a head of MIME header lines and a body, as views into the octets that were parsed.
class BodyPart {
public:
    /// The header lines, each with its line end, without the blank line.
    [[nodiscard]] std::string_view head() const noexcept { return head_; }
    [[nodiscard]] std::string_view body() const noexcept { return body_; }
    /// 1 for a part of the outermost multipart.
    [[nodiscard]] std::size_t depth() const noexcept { return depth_; }
    [[nodiscard]] bool is_multipart() const noexcept { return count_ > 0; }

    /// The first header line of that name, without case; nullopt when absent. Walks the head.
    [[nodiscard]] std::optional<std::string_view> raw(std::string_view name) const noexcept;
    /// The next header line: begin with `rest` = head(); nullopt behind the last one.
    [[nodiscard]] static std::optional<PartField> next_field(std::string_view& rest) noexcept;

    /// text/plain when there is no Content-Type (RFC 2046 §5.1.1).
    [[nodiscard]] Result<ContentType> content_type() const;
    [[nodiscard]] Result<Disposition> disposition() const;
    /// Without the angle brackets; empty when there is none.
    [[nodiscard]] std::string_view content_id() const noexcept;

private:
    friend class Multipart;
    std::string_view head_;
    std::string_view body_;
    std::uint32_t first_ = 0;  ///< of its parts, when it is a multipart
    std::uint32_t count_ = 0;
    std::uint32_t depth_ = 1;
};

/// The parts of a multipart body, nested ones included (RFC 2046 §5.1, RFC 5621). Views into the body, which must
/// outlive it. Everything is read at once: a nested multipart that is broken makes the whole one broken. Takes time
/// linear in the octets for each level, and one allocation for a list of at most `Limits::multipart_parts` parts.
class Multipart {
public:
    /// `content_type` names the boundary. Errors: no boundary (`missing`), one longer than 70 octets (`too_large`) or
    /// with octets a boundary may not have, no closing boundary (`incomplete`), a line that begins like a boundary and
    /// goes on otherwise, a part whose head is cut, more parts or levels than the limits allow (`too_many`). Offsets
    /// count from the start of `body`, those of the boundary in the value of Content-Type.
    [[nodiscard]] static Result<Multipart> parse(const ContentType& content_type, std::string_view body,
                                                 const ParseOptions& options = {});
    /// The body of a message whose Content-Type is multipart/...; `missing` when there is none, `syntax` when it is
    /// another one. Offsets count in the message.
    [[nodiscard]] static Result<Multipart> parse(const MessageView& message, const ParseOptions& options = {});

    [[nodiscard]] std::string_view preamble() const noexcept { return preamble_; }
    [[nodiscard]] std::string_view epilogue() const noexcept { return epilogue_; }
    /// The parts of the outermost multipart.
    [[nodiscard]] std::span<const BodyPart> parts() const noexcept { return std::span(parts_).first(top_); }
    /// The parts of a part; none when it is no multipart.
    [[nodiscard]] std::span<const BodyPart> parts(const BodyPart& part) const noexcept {
        return std::span(parts_).subspan(part.first_, part.count_);
    }
    /// Every part of every level, the outer ones first.
    [[nodiscard]] std::span<const BodyPart> all() const noexcept { return parts_; }

    /// The first part, of any level, with this Content-ID: "id@host", "<id@host>" or "cid:id@host"; or nullptr.
    [[nodiscard]] const BodyPart* find_id(std::string_view id) const;
    /// The first part, of any level, of this type; or nullptr.
    [[nodiscard]] const BodyPart* find_type(std::string_view type, std::string_view subtype) const;

private:
    struct Source;
    [[nodiscard]] std::optional<ParseError> split(const Source& source, const ParseOptions& options);
    [[nodiscard]] std::optional<ParseError> add(std::string_view text, const Source& source,
                                                const ParseOptions& options);

    std::string_view preamble_;
    std::string_view epilogue_;
    std::size_t top_ = 0;
    std::vector<BodyPart> parts_;
};

/// A part to be sent.
struct NewPart {
    std::string_view content_type;  ///< no Content-Type line when empty
    std::string_view body;
    std::string_view disposition;  ///< the value of Content-Disposition; no line when empty
    std::string_view content_id;   ///< without angle brackets; no line when empty
    std::span<const std::pair<std::string_view, std::string_view>> fields;  ///< further lines: names and values
};

/// What Message::set_body() takes.
struct MultipartText {
    std::string content_type;  ///< multipart/SUBTYPE;boundary="..."
    std::string body;
};

/// Puts parts together. The boundary is `boundary`, which comes from the caller's source of chance, with those few
/// letters and digits behind it that it takes not to stand in any part. Throws std::invalid_argument when there is no
/// part, on CR, LF or NUL in a header line, an ill-formed name or subtype, and when the boundary is empty, holds what a
/// boundary may not, or gets longer than 70 octets.
[[nodiscard]] MultipartText compose_multipart(std::string_view subtype, std::span<const NewPart> parts,
                                              std::string_view boundary);

}  // namespace sipmsg
