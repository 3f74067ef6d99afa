// SPDX-License-Identifier: MIT
#include <sipmsg/essentials.hpp>
#include <sipmsg/header/name_addr.hpp>

namespace sipmsg {

namespace {

using Tag = detail::Notes<2>::Note;

/// Nothing when it stands too far from the beginning of the value.
std::optional<Tag> note_of(std::optional<std::string_view> tag, std::string_view value) noexcept {
    if (!tag) return Tag{};
    if (value.size() > 0xFFFF) return std::nullopt;
    return Tag{static_cast<std::uint16_t>(tag->data() - value.data()), static_cast<std::uint16_t>(tag->size())};
}

std::optional<std::string_view> noted_tag(Tag note, std::string_view value) noexcept {
    return note.offset == 0 ? std::nullopt : std::optional(value.substr(note.offset, note.length));
}

}  // namespace

void MessageView::note(const Essentials& read) noexcept {
    notes_.cseq = detail::DialogNotes::nothing;
    if (raw(Header::call_id).value_or("").data() != read.call_id.text.data()) return;
    const auto from = note_of(read.from_tag, raw(Header::from).value_or(""));
    const auto to = note_of(read.to_tag, raw(Header::to).value_or(""));
    if (!from || !to) return;
    notes_.tags.values = {*from, *to};
    notes_.cseq = read.cseq.number;
}

Result<DialogFields> MessageView::dialog_fields() const {
    if (notes_.cseq != detail::DialogNotes::nothing) {
        const auto& tags = notes_.tags.values;
        return DialogFields{value(*find(Header::call_id)), noted_tag(tags[0], value(*find(Header::from))),
                            noted_tag(tags[1], value(*find(Header::to))), notes_.cseq};
    }
    const auto call_id = top<CallId>();
    if (!call_id) return std::unexpected(call_id.error());
    const auto from = top<From>();
    if (!from) return std::unexpected(from.error());
    const auto to = top<To>();
    if (!to) return std::unexpected(to.error());
    const auto cseq = top<CSeq>();
    if (!cseq) return std::unexpected(cseq.error());
    return DialogFields{call_id->text, from->tag(), to->tag(), cseq->number};
}

}  // namespace sipmsg
