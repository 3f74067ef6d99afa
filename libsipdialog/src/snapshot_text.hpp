// SPDX-License-Identifier: MIT
#pragma once

#include <sipdialog/dialog.hpp>
#include <sipdialog/dialog_layer.hpp>
#include <sipdialog/opening.hpp>
#include <sipdialog/session_timer.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace sipdialog {

/// What a snapshot says of a session.
struct Snapshot {
    Dialog::Parts dialog;
    bool outgoing = false;
    bool allows_update = false;
    siptxn::LocalContact contact;
    HeaderList headers;  ///< of every request of the dialog
    seconds min_se{90};
    std::optional<SessionTimer::Parts> timer;
};

/// Lines of a name, a space and a value, between "sipdialog-session 1" and "end".
[[nodiscard]] std::string to_text(const Snapshot& snapshot);
[[nodiscard]] std::expected<Snapshot, SnapshotError> read_snapshot(std::string_view text);

}  // namespace sipdialog
