// SPDX-License-Identifier: MIT
#pragma once

// What requests of ours have in common, whatever usage they belong to.

#include <sipdialog/dialog.hpp>
#include <sipdialog/opening.hpp>

#include <cstdint>
#include <string_view>

namespace sipdialog {

/// Throws std::invalid_argument for text that could not stand in a request.
void check_opening(const Opening& opening, std::string_view method);
/// Fills in what the program left out, and makes Contact a SIPS URI where RFC 3261 §8.1.1.8 wants one.
void complete(Opening& opening, siptxn::Identifiers& identifiers);
/// The request, of a complete opening; without body, Via and Contact.
[[nodiscard]] sipmsg::Message make_opening(const Opening& opening, std::string_view method);

/// RFC 3261 §12.2.1.1: the dialog decides where a request goes. A peer that cannot be reached by its Contact (RFC 7118
/// §5.2) and has no proxy before it is reached where the dialog's messages came from, which is `seen`.
[[nodiscard]] siptxn::SendOptions options_inside(const Dialog& dialog, const siptxn::SendOptions& routing,
                                                 const siptxn::Flow& seen, bool with_contact);

/// The same request once more, with its next number and further credentials (RFC 3261 §22.2).
[[nodiscard]] sipmsg::Message sent_again(const sipmsg::Message& request, std::uint32_t cseq,
                                         const HeaderList& credentials);

}  // namespace sipdialog
