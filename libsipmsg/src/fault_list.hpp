// SPDX-License-Identifier: MIT
#pragma once

// Where the checks of validate() put what they find.

#include <sipmsg/validate.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

namespace sipmsg::detail {

class FaultList {
public:
    FaultList(const MessageView& message, const ValidateOptions& options) noexcept
        : message_(message), options_(options), answerable_(message.is_request() && message.method() != Method::ack) {}

    void add(Layer layer, int status, const ParseError& error) {
        const Fault fault{error, layer, static_cast<std::uint16_t>(answerable_ ? status : 0)};
        if (!concerns(layer) || !make_room_for(fault)) return;
        faults_.insert(std::ranges::upper_bound(faults_, layer, {}, &Fault::layer), fault);
    }
    /// A fault at `place`, which is a part of the message.
    void add(Layer layer, int status, ParseErrc code, Header header, std::string_view place, const char* expected) {
        add(layer, status, {code, header, offset_of(place), expected});
    }
    void missing(Layer layer, int status, Header header) {
        add(layer, status, {ParseErrc::missing, header, 0, "the header"});
    }

    [[nodiscard]] bool concerns(Layer layer) const noexcept {
        return layer == Layer::parser || !options_.role || *options_.role == layer;
    }
    [[nodiscard]] std::uint32_t offset_of(std::string_view place) const noexcept {
        return static_cast<std::uint32_t>(place.data() - message_.octets().data());
    }
    /// In the order of the layers that meet them.
    [[nodiscard]] std::vector<Fault> take() && { return std::move(faults_); }

private:
    /// When the list is full, what nobody answers gives way to what is owed, and a later layer to an earlier one.
    [[nodiscard]] bool make_room_for(const Fault& fault) noexcept {
        if (faults_.size() < options_.faults) return true;
        const auto weaker = [&](const Fault& other) {
            if ((fault.status == 0) != (other.status == 0)) return other.status == 0;
            return other.layer > fault.layer;
        };
        const auto last = std::find_if(faults_.rbegin(), faults_.rend(), weaker);
        if (last == faults_.rend()) return false;
        faults_.erase(std::next(last).base());
        return true;
    }

    const MessageView& message_;
    const ValidateOptions& options_;
    bool answerable_;
    std::vector<Fault> faults_;
};

/// RFC 3261 §16.3.
void check_for_proxy(const MessageView& message, const Abilities& abilities, FaultList& faults);
/// RFC 3261 §8.2, in its order but for authentication.
void check_for_uas(const MessageView& message, const ValidateOptions& options, FaultList& faults);
/// RFC 3261 §8.2.3.
void check_content(const MessageView& message, const ValidateOptions& options, FaultList& faults);
/// RFC 3261 §20, Tables 2 and 3.
void check_presence(const MessageView& message, FaultList& faults);
/// The scheme of the Request-URI: 416.
void check_scheme(const MessageView& message, const Abilities::Names& schemes, Layer layer, FaultList& faults);
/// Every option tag must be a name known: 420.
template <class Tags>
void check_tags(const MessageView& message, const Abilities::Names& names, Layer layer, FaultList& faults) {
    if (!names) return;
    for (const auto& tag : message.all<Tags>()) {
        if (!tag) return;
        if (std::ranges::none_of(*names, [&](std::string_view name) { return iequals(name, tag->text); }))
            faults.add(layer, 420, ParseErrc::unsupported, Tags::id, tag->text, "a known extension");
    }
}

}  // namespace sipmsg::detail
