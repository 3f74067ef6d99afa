// SPDX-License-Identifier: MIT
#pragma once

// The template bodies of MessageView: included by message_view.hpp.

#include <sipmsg/message_view.hpp>

namespace sipmsg {

/// A header type several of which may stand in one line.
template <class T>
concept ListHeader = requires(std::string_view& rest) {
    T::parse_item(rest);
};

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
            if constexpr (ListHeader<T>) {
                current_ = T::parse_item(rest_);
            } else {
                current_ = T::parse(rest_);
                rest_ = {};
            }
            if (current_) return;
            current_.error().header = T::id;
            current_.error().offset += offset;
        }
        std::uint32_t offset_of(std::string_view part) const noexcept {
            return static_cast<std::uint32_t>(part.data() - message_->octets().data());
        }
        /// To the next line of the header; an empty line of a list holds no item.
        bool next_line() {
            const auto fields = message_->fields();
            for (; index_ < fields.size(); ++index_) {
                if (fields[index_].id != T::id) continue;
                rest_ = message_->value(fields[index_]);
                if (rest_.empty() && ListHeader<T>) continue;
                ++index_;
                return true;
            }
            return false;
        }

        const MessageView* message_ = nullptr;
        std::size_t index_ = 0;
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
    for (const auto& field : fields()) {
        if (field.id != T::id) continue;
        auto rest = value(field);
        if constexpr (ListHeader<T>) {
            if (rest.empty()) continue;
            auto item = T::parse_item(rest);
            if (!item) locate(item.error(), field);
            return item;
        } else {
            auto item = T::parse(rest);
            if (!item) locate(item.error(), field);
            return item;
        }
    }
    return std::unexpected(ParseError{ParseErrc::missing, T::id, 0, "the header"});
}

template <class T>
Items<T> MessageView::all() const {
    return Items<T>(*this);
}

}  // namespace sipmsg
