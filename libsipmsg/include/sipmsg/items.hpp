// SPDX-License-Identifier: MIT
#pragma once

// The template bodies of MessageView: included by message_view.hpp.

#include <sipmsg/message_view.hpp>

#include <utility>

namespace sipmsg {

/// A header type several of which may stand in one line.
template <class T>
concept ListHeader = requires(std::string_view& rest) {
    T::parse_item(rest);
};

namespace detail {

/// The first item of `rest`, which moves behind it; a type that knows no lists takes all of it.
template <class T>
[[nodiscard]] Result<T> read_item(std::string_view& rest, [[maybe_unused]] Padding behind) {
    if constexpr (requires { T::parse_item(rest, behind); }) {
        return T::parse_item(rest, behind);
    } else if constexpr (ListHeader<T>) {
        return T::parse_item(rest);
    } else {
        const auto text = std::exchange(rest, {});
        if constexpr (requires { T::parse(text, behind); }) {
            return T::parse(text, behind);
        } else {
            return T::parse(text);
        }
    }
}

}  // namespace detail

template <class T>
class Items {
public:
    explicit Items(const MessageView& message) noexcept : message_(&message) {}

    class iterator {
    public:
        using value_type = Result<T>;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;
        iterator() = default;
        const Result<T>& operator*() const noexcept { return current_; }
        const Result<T>* operator->() const noexcept { return &current_; }
        iterator& operator++() {
            advance();
            return *this;
        }
        void operator++(int) { advance(); }
        friend bool operator==(const iterator& it, std::default_sentinel_t) noexcept { return it.done_; }

    private:
        friend class Items;
        explicit iterator(const MessageView& message) : message_(&message), done_(false) { advance(); }

        void advance() {
            if (done_ || !current_) {
                done_ = true;
                return;
            }
            if (rest_.empty() && !next_line()) {
                done_ = true;
                return;
            }
            if (count_++ == message_->values_limit_) {
                current_ = std::unexpected(ParseError{ParseErrc::too_many, T::id, offset_of(rest_), "fewer values"});
                return;
            }
            const auto offset = offset_of(rest_);
            current_ = detail::read_item<T>(rest_, message_->behind(rest_));
            if (current_) return;
            current_.error().header = T::id;
            current_.error().offset += offset;
        }
        std::uint32_t offset_of(std::string_view part) const noexcept {
            return static_cast<std::uint32_t>(part.data() - message_->octets().data());
        }
        /// To the next line of the header; an empty line of a list holds no item.
        bool next_line() {
            while (true) {
                field_ = field_ == nullptr ? message_->find(T::id) : message_->next(*field_);
                if (field_ == nullptr) return false;
                rest_ = message_->value(*field_);
                if (!rest_.empty() || !ListHeader<T>) return true;
            }
        }

        const MessageView* message_ = nullptr;
        const HeaderField* field_ = nullptr;
        std::uint32_t count_ = 0;
        std::string_view rest_;
        Result<T> current_{};
        bool done_ = true;
    };

    [[nodiscard]] iterator begin() const { return iterator(*message_); }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    const MessageView* message_;
};

template <class T>
Result<T> MessageView::top() const {
    const auto* field = find(T::id);
    if constexpr (ListHeader<T>)
        while (field != nullptr && field->value_length == 0) field = next(*field);
    if (field == nullptr) return std::unexpected(ParseError{ParseErrc::missing, T::id, 0, "the header"});
    return parse_top<T>(*field);
}

template <class T>
Result<T> MessageView::parse_top(const HeaderField& field) const {
    auto rest = value(field);
    auto item = detail::read_item<T>(rest, behind(rest));
    if (!item) {
        item.error().header = field.id;
        item.error().offset += field.value_offset;
    }
    return item;
}

template <class T>
Items<T> MessageView::all() const {
    return Items<T>(*this);
}

}  // namespace sipmsg
