// SPDX-License-Identifier: MIT
#include <sipmsg/essentials.hpp>

namespace sipmsg {

namespace {

using Tag = detail::Notes<2>::Note;

/// False when it cannot be noted: it is not of that value, or stands too far from its beginning.
bool note_tag(Tag& note, std::string_view value, const NameAddr& address) noexcept {
    if (address.text().data() != value.data() || value.size() > 0xFFFF) return false;
    const auto tag = address.tag();
    note = tag ? Tag{static_cast<std::uint16_t>(tag->data() - value.data()), static_cast<std::uint16_t>(tag->size())}
               : Tag{};
    return true;
}

std::optional<std::string_view> noted_tag(Tag note, std::string_view value) noexcept {
    return note.offset == 0 ? std::nullopt : std::optional(value.substr(note.offset, note.length));
}

}  // namespace

void MessageView::note(const Essentials& read) noexcept {
    const auto from = raw(Header::from).value_or("");
    const auto to = raw(Header::to).value_or("");
    const bool known = note_tag(notes_.tags.values[0], from, read.from) && note_tag(notes_.tags.values[1], to, read.to);
    notes_.cseq = known ? read.cseq.number : detail::DialogNotes::nothing;
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
