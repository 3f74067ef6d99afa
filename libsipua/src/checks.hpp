// SPDX-License-Identifier: MIT
#pragma once

// What a program gave, looked at before anything is done with it.

#include <sipdialog/opening.hpp>
#include <sipdialog/output.hpp>

#include <string>
#include <string_view>

namespace sipua {

/// Throws std::invalid_argument when a header a program gave is not well formed.
void check_headers(const sipdialog::HeaderList& headers);
/// Throws std::invalid_argument when the status is outside the range.
void check_status(int status, int low, int high);
/// Throws std::invalid_argument for a reason phrase that would not stay in its line.
void check_phrase(const std::string& phrase);
/// Throws std::invalid_argument for a Content-Type that is not well formed.
void check_body(const sipdialog::Body& body);
/// Throws std::invalid_argument for a name of no transport; empty is none.
void check_transport(std::string_view transport);
/// Throws std::invalid_argument for what is no SIP URI.
[[nodiscard]] std::string checked_target(std::string target);
/// A Contact of a redirection, from a URI of any scheme; throws std::invalid_argument for what is none.
[[nodiscard]] std::string checked_contact(const std::string& uri);

/// The first, then the others.
[[nodiscard]] sipdialog::HeaderList joined(const sipdialog::HeaderList& first, const sipdialog::HeaderList& then);

}  // namespace sipua
