// SPDX-License-Identifier: MIT
#pragma once

// From the name of a header to its typed class: one visitor for all of them, without a list of its own.
//   sipmsg::visit_all(message, [](const auto& item) {
//       if (item) print(to_string(item->id), *item); else print(item.error());
//   });

#include <sipmsg/header/auth.hpp>
#include <sipmsg/header/content.hpp>
#include <sipmsg/header/date.hpp>
#include <sipmsg/header/events.hpp>
#include <sipmsg/header/identity.hpp>
#include <sipmsg/header/info.hpp>
#include <sipmsg/header/location.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/p_headers.hpp>
#include <sipmsg/header/preferences.hpp>
#include <sipmsg/header/replaces.hpp>
#include <sipmsg/header/security.hpp>
#include <sipmsg/header/session.hpp>
#include <sipmsg/header/simple.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/message_view.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <span>
#include <utility>

namespace sipmsg {

/// The value of a header that is not in the table, as it stands there.
struct RawHeader {
    static constexpr Header id = Header::other;
    std::string_view text;
    [[nodiscard]] static Result<RawHeader> parse(std::string_view whole) { return RawHeader{whole}; }
};
inline Printer print(Printer to, const RawHeader& value) { return to << value.text; }

namespace detail {

/// A value, where it stands, and what may be read behind it.
struct Line {
    std::string_view value;
    Padding behind{};
    std::uint32_t offset = 0;  ///< of the value, from where errors count
    std::uint32_t limit = Limits{}.values;
};

/// How a line of the header is read: the third column of sipmsg/headers.def. Each is a function of its own, so that the
/// choice among them is a jump.
template <class T, class Visitor>
struct Reader {
    [[gnu::noinline]] static void once(const Line& line, Visitor& visitor) {
        auto item = parse_whole(line);
        if (!item) item.error().offset += line.offset;
        visitor(std::as_const(item));
    }
    static void each(const Line& line, Visitor& visitor) { once(line, visitor); }

    [[gnu::noinline]] static void list(const Line& line, Visitor& visitor) {
        auto left = line.limit;
        for (auto rest = line.value; !rest.empty();) {
            if constexpr (std::derived_from<T, TokenValue>)
                if (visit_tokens(rest, line.behind, left, visitor)) continue;
            const auto offset = line.offset + static_cast<std::uint32_t>(rest.data() - line.value.data());
            if (left-- == 0) {
                const Result<T> item = std::unexpected(ParseError{ParseErrc::too_many, T::id, offset, "fewer values"});
                return visitor(item);
            }
            auto item = read_item<T>(rest, line.behind);
            if (!item) item.error() = {item.error().code, T::id, item.error().offset + offset, item.error().expected};
            visitor(std::as_const(item));
            if (!item) return;
        }
    }
    static void list0(const Line& line, Visitor& visitor) { list(line, visitor); }

private:
    /// Room for some tokens, not initialized.
    union Tokens {
        Tokens() noexcept {}  // NOLINT(modernize-use-equals-default)
        std::array<std::string_view, 12> some;
    };

    /// Several at once, as nearly every list of tokens allows. False when there are none.
    static bool visit_tokens(std::string_view& rest, Padding behind, std::uint32_t& left, Visitor& visitor) {
        Tokens tokens;
        const auto room = std::span(tokens.some).first(std::min<std::size_t>(left, tokens.some.size()));
        const auto count = read_tokens(rest, behind, room);
        left -= static_cast<std::uint32_t>(count);
        for (const auto& token : room.first(count)) {
            Result<T> item;
            item->text = token;
            visitor(std::as_const(item));
        }
        return count != 0;
    }

    static Result<T> parse_whole(const Line& line) {
        if constexpr (requires { T::parse(line.value, line.behind); }) {
            return T::parse(line.value, line.behind);
        } else {
            return T::parse(line.value);
        }
    }
};

template <class Visitor>
void visit_line(Header id, const Line& line, Visitor& visitor) {
    switch (id) {
// clang-format off
#define SIPMSG_HEADER(id, name, compact, lines, type, rfc) \
    case Header::id: return Reader<type, Visitor>::lines(line, visitor);
#include <sipmsg/headers.def>
        // clang-format on
        case Header::none:
        case Header::other: return Reader<RawHeader, Visitor>::once(line, visitor);
    }
}

}  // namespace detail

/// Reads a value by the typed class of its header and calls `visitor(const Result<T>&)` for each item: once, or for
/// each item of a comma list up to the first broken one, or up to Limits::values of them. An empty list calls nothing.
/// Offsets count from the start of `value`. Allocates nothing.
template <class Visitor>
void visit(Header id, std::string_view value, Visitor&& visitor) {
    detail::visit_line(id, {.value = value}, visitor);
}

/// The same for a line of a message; offsets count from the start of the message.
template <class Visitor>
void visit(const MessageView& message, const HeaderField& field, Visitor&& visitor) {
    const auto value = message.value(field);
    const auto offset = static_cast<std::uint32_t>(value.data() - message.octets().data());
    detail::visit_line(field.id, {.value = value, .behind = message.behind(value), .offset = offset}, visitor);
}

/// Every header line, in order.
template <class Visitor>
void visit_all(const MessageView& message, Visitor&& visitor) {
    for (const auto& field : message.fields()) visit(message, field, visitor);
}

}  // namespace sipmsg
