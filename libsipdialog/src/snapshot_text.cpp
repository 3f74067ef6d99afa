// SPDX-License-Identifier: MIT
#include "snapshot_text.hpp"

#include "text.hpp"

#include <sipmsg/sipmsg.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <vector>

namespace sipdialog {
namespace {

constexpr std::string_view first_line = "sipdialog-session 1";
constexpr std::string_view last_line = "end";
constexpr std::size_t most_octets = 65'536;
constexpr std::uint32_t highest_cseq = 0x7FFF'FFFF;                    // RFC 3261 §8.1.1.5
constexpr std::uint64_t longest_milliseconds = 0xFFFF'FFFFULL * 1000;  // RFC 4028 §4: delta-seconds

using Values = std::vector<std::string>;

/// What keeps a value from being one; nullptr: nothing.
using Fault = const char*;

std::optional<std::uint64_t> number(std::string_view text, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> found;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        found.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

/// A text of the snapshot, as it is.
template <auto place>
struct Text {
    static Values write(const Snapshot& s) { return {place(s)}; }
    static Fault read(Snapshot& s, std::string_view value) { return place(s).assign(value), nullptr; }
};

template <auto place>
struct Numbered {
    static Values write(const Snapshot& s) { return place(s) ? Values{std::to_string(*place(s))} : Values{}; }
    static Fault read(Snapshot& s, std::string_view value) {
        const auto read = number(value, highest_cseq);
        if (read) place(s) = static_cast<std::uint32_t>(*read);
        return read ? nullptr : "a number below 2147483648";
    }
};

constexpr auto call_id = [](auto& s) -> auto& { return s.dialog.call_id; };
constexpr auto local = [](auto& s) -> auto& { return s.dialog.local; };
constexpr auto remote = [](auto& s) -> auto& { return s.dialog.remote; };
constexpr auto target = [](auto& s) -> auto& { return s.dialog.remote_target; };
constexpr auto local_cseq = [](auto& s) -> auto& { return s.dialog.local_cseq; };
constexpr auto remote_cseq = [](auto& s) -> auto& { return s.dialog.remote_cseq; };
constexpr auto contact_user = [](auto& s) -> auto& { return s.contact.user; };
constexpr auto contact_host = [](auto& s) -> auto& { return s.contact.host; };
constexpr auto contact_uri_params = [](auto& s) -> auto& { return s.contact.uri_params; };
constexpr auto contact_params = [](auto& s) -> auto& { return s.contact.header_params; };

struct Routes {
    static Values write(const Snapshot& s) { return s.dialog.routes; }
    static Fault read(Snapshot& s, std::string_view value) { return s.dialog.routes.emplace_back(value), nullptr; }
};

struct FirstCSeq {
    static Values write(const Snapshot& s) { return {std::to_string(s.dialog.first_cseq)}; }
    static Fault read(Snapshot& s, std::string_view value) {
        const auto read = number(value, highest_cseq);
        if (read) s.dialog.first_cseq = static_cast<std::uint32_t>(*read);
        return read ? nullptr : "a number below 2147483648";
    }
};

struct MinSe {
    static Values write(const Snapshot& s) { return {std::to_string(s.min_se.count())}; }
    static Fault read(Snapshot& s, std::string_view value) {
        const auto read = number(value, 0xFFFF'FFFF);
        if (read) s.min_se = seconds(*read);
        return read ? nullptr : "seconds";
    }
};

/// Each is a word of the line "is".
struct Is {
    struct Flag {
        std::string_view name;
        bool& (*place)(Snapshot& s);
    };
    static constexpr auto flags = std::to_array<Flag>({
        {"outgoing",       [](Snapshot& s) -> bool& { return s.outgoing; }           },
        {"secure",         [](Snapshot& s) -> bool& { return s.dialog.secure; }      },
        {"owner",          [](Snapshot& s) -> bool& { return s.dialog.owns_call_id; }},
        {"updatable",      [](Snapshot& s) -> bool& { return s.allows_update; }      },
        {"secure-contact", [](Snapshot& s) -> bool& { return s.contact.secure; }     },
    });
    static Values write(Snapshot s) {
        std::string line;
        for (const auto& flag : flags)
            if (flag.place(s)) line.append(line.empty() ? "" : " ").append(flag.name);
        return line.empty() ? Values{} : Values{line};
    }
    static Fault read(Snapshot& s, std::string_view value) {
        for (const auto word : words(value)) {
            const auto flag = std::ranges::find(flags, word, &Flag::name);
            if (flag == flags.end()) return "known words";
            flag->place(s) = true;
        }
        return nullptr;
    }
};

/// "ours" or "theirs", the interval in seconds, and how many milliseconds are left to our refresh and to the end.
struct Timer {
    static std::string milliseconds(siptxn::Duration time) {
        return std::to_string(std::max<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(time).count(), 0));
    }
    static Values write(const Snapshot& s) {
        if (!s.timer) return {};
        std::string line = s.timer->ours ? "ours " : "theirs ";
        line.append(std::to_string(s.timer->interval.count())).append(" ");
        return {line.append(milliseconds(s.timer->refresh_in)).append(" ").append(milliseconds(s.timer->expires_in))};
    }
    static Fault read(Snapshot& s, std::string_view value) {
        const auto parts = words(value);
        if (parts.size() != 4 || (parts[0] != "ours" && parts[0] != "theirs"))
            return "ours or theirs, and three numbers";
        const auto interval = number(parts[1], 0xFFFF'FFFF), refresh = number(parts[2], longest_milliseconds),
                   expiry = number(parts[3], longest_milliseconds);
        if (!interval || *interval == 0 || !refresh || !expiry) return "ours or theirs, and three numbers";
        using std::chrono::milliseconds;
        s.timer = {parts[0] == "ours", seconds(*interval), milliseconds(*refresh), milliseconds(*expiry)};
        return nullptr;
    }
};

struct Headers {
    static bool is_secret(std::string_view name) {
        const auto id = sipmsg::header_of(name);
        return id == sipmsg::Header::authorization || id == sipmsg::Header::proxy_authorization;
    }
    static Values write(const Snapshot& s) {
        Values lines;
        for (const auto& [name, value] : s.headers)
            if (!is_secret(name)) lines.push_back(name + ": " + value);
        return lines;
    }
    static Fault read(Snapshot& s, std::string_view value) {
        const auto colon = value.find(": ");
        if (colon == value.npos) return "a name, a colon and a value";
        HeaderList one;
        one.emplace_back(value.substr(0, colon), value.substr(colon + 2));
        try {
            check_headers(one);
        } catch (const std::invalid_argument&) {
            return "a header line";
        }
        if (is_secret(one.front().first)) return "no credentials";
        return s.headers.push_back(std::move(one.front())), nullptr;
    }
};

enum class Lines : std::uint8_t { once, optional, many };

struct Row {
    std::string_view name;
    Lines lines;
    Values (*write)(const Snapshot& s);
    Fault (*read)(Snapshot& s, std::string_view value);
};

template <class Field>
constexpr Row row(std::string_view name, Lines lines) {
    return {name, lines, [](const Snapshot& s) { return Field::write(s); }, &Field::read};
}

constexpr auto rows = std::to_array<Row>({
    row<Text<call_id>>("call-id", Lines::once),
    row<Text<local>>("local", Lines::once),
    row<Text<remote>>("remote", Lines::once),
    row<Text<target>>("target", Lines::once),
    row<Routes>("route", Lines::many),
    row<Numbered<local_cseq>>("local-cseq", Lines::optional),
    row<Numbered<remote_cseq>>("remote-cseq", Lines::optional),
    row<FirstCSeq>("first-cseq", Lines::once),
    row<Is>("is", Lines::optional),
    row<Text<contact_user>>("contact-user", Lines::once),
    row<Text<contact_host>>("contact-host", Lines::once),
    row<Text<contact_uri_params>>("contact-uri-params", Lines::once),
    row<Text<contact_params>>("contact-params", Lines::once),
    row<MinSe>("min-se", Lines::once),
    row<Timer>("timer", Lines::optional),
    row<Headers>("header", Lines::many),
});

std::unexpected<SnapshotError> refused(std::size_t line, std::string reason) {
    return std::unexpected(SnapshotError{line, std::move(reason)});
}

bool is_text(std::string_view line) {
    return std::ranges::none_of(line, [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

/// The Contact that the parts make, on any flow.
bool makes_contact(const siptxn::LocalContact& contact) {
    return sipmsg::Contact::parse(siptxn::local_contact(contact, siptxn::Flow{})).has_value();
}

}  // namespace

std::string to_text(const Snapshot& snapshot) {
    std::string text(first_line);
    for (const auto& row : rows)
        for (const auto& value : row.write(snapshot)) text.append("\n").append(row.name).append(" ").append(value);
    return text.append("\n").append(last_line).append("\n");
}

std::expected<Snapshot, SnapshotError> read_snapshot(std::string_view text) {
    if (text.size() > most_octets) return refused(0, "longer than 65536 octets");
    Snapshot snapshot;
    std::array<std::size_t, rows.size()> seen{};
    std::size_t at = 0;
    for (bool over = false; !over;) {
        ++at;
        const auto end = text.find('\n');
        if (end == text.npos) return refused(at, "the text ends too early");
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (!is_text(line)) return refused(at, "a control character");
        over = line == last_line;
        if (at == 1 && line != first_line) return refused(at, "expected \"" + std::string(first_line) + "\"");
        if (at == 1 || over) continue;
        const auto space = std::min(line.find(' '), line.size());
        const auto row = std::ranges::find(rows, line.substr(0, space), &Row::name);
        if (row == rows.end()) return refused(at, "an unknown name");
        const auto name = std::string(row->name);
        if (++seen[static_cast<std::size_t>(row - rows.begin())] > 1 && row->lines != Lines::many)
            return refused(at, name + ": twice");
        if (const auto* fault = row->read(snapshot, line.substr(std::min(space + 1, line.size()))))
            return refused(at, name + ": expected " + fault);
    }
    if (!text.empty()) return refused(at + 1, "more behind the end");
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].lines == Lines::once && seen[i] == 0) return refused(0, std::string(rows[i].name) + " is missing");
    if (!makes_contact(snapshot.contact)) return refused(0, "contact: expected parts that make one");
    return snapshot;
}

}  // namespace sipdialog
