// SPDX-License-Identifier: MIT
#include <siptxn/dns_message.hpp>

#include "dns_cursor.hpp"

#include <algorithm>
#include <utility>

namespace siptxn {
namespace {

// RFC 1035 §3.2, RFC 3596, RFC 2782, RFC 3403.
enum Type : std::uint16_t { type_a = 1, type_cname = 5, type_soa = 6, type_aaaa = 28, type_srv = 33, type_naptr = 35 };
constexpr std::uint16_t class_internet = 1;

constexpr std::uint16_t is_response = 0x8000;
constexpr std::uint16_t opcode_mask = 0x7800;
constexpr std::uint16_t truncated_flag = 0x0200;
constexpr std::uint16_t rcode_mask = 0x000f;

constexpr std::size_t most_in_section = 512;
constexpr int most_aliases = 16;

struct Header {
    std::uint16_t flags = 0;
    std::uint16_t questions = 0;
    std::uint16_t answers = 0;
    std::uint16_t authorities = 0;
};

Header read_header(DnsCursor& cursor) {
    Header header;
    cursor.u16();  // the id was the transport's to match
    header.flags = cursor.u16();
    header.questions = cursor.u16();
    header.answers = cursor.u16();
    header.authorities = cursor.u16();
    cursor.u16();  // nothing of the additional section is believed
    return header;
}

/// What stands before the data of every record.
struct Frame {
    std::string owner;
    std::uint16_t type = 0;
    bool internet = false;
    std::uint32_t ttl = 0;
    std::size_t end = 0;  ///< of the data
};

Frame read_frame(DnsCursor& cursor) {
    Frame frame;
    frame.owner = cursor.name();
    frame.type = cursor.u16();
    frame.internet = cursor.u16() == class_internet;
    frame.ttl = cursor.u32();
    if (frame.ttl >> 31) frame.ttl = 0;
    frame.end = cursor.u16();
    frame.end += cursor.at();
    return frame;
}

IpAddress read_address(DnsCursor& cursor, IpAddress::Family family) {
    IpAddress ip{family, {}};
    auto octets = cursor.octets(family == IpAddress::Family::v4 ? 4 : 16);
    std::ranges::copy(octets, ip.octets.begin());
    return ip;
}

/// The data of a record that was asked for; nullopt for one that is of no use.
std::optional<DnsRecord> read_data(DnsCursor& cursor, RecordType type) {
    DnsRecord record{.type = type};
    switch (type) {
        case RecordType::a: record.ip = read_address(cursor, IpAddress::Family::v4); break;
        case RecordType::aaaa: record.ip = read_address(cursor, IpAddress::Family::v6); break;
        case RecordType::srv:
            record.priority = cursor.u16();
            record.weight = cursor.u16();
            record.port = cursor.u16();
            record.target = cursor.name();
            break;
        case RecordType::naptr: {
            record.priority = cursor.u16();
            record.weight = cursor.u16();
            record.flags = cursor.text();
            record.service = cursor.text();
            auto expression = cursor.text();
            record.target = cursor.name();
            if (!expression.empty()) return std::nullopt;
            break;
        }
        case RecordType::soa: return std::nullopt;
    }
    return record;
}

/// RFC 2308: how long there is nothing.
std::uint32_t read_soa(DnsCursor& cursor, std::uint32_t ttl) {
    cursor.name();
    cursor.name();
    for (int i = 0; i < 4; ++i) cursor.u32();
    return std::min(ttl, cursor.u32());
}

/// The answer section: what was asked for, and the aliases.
class AnswerSection {
public:
    explicit AnswerSection(RecordType type) : type_(type) {}

    void read(DnsCursor& cursor, std::size_t count) {
        for (; count > 0 && cursor.is_sound(); --count) {
            auto frame = read_frame(cursor);
            bool wanted = frame.internet && (frame.type == code_of(type_) || frame.type == type_cname);
            if (!wanted) {
                cursor.skip_to(frame.end);
                continue;
            }
            if (frame.type == type_cname) {
                aliases_.push_back({frame.owner, cursor.name(), frame.ttl});
            } else if (auto record = read_data(cursor, type_)) {
                record->ttl = frame.ttl;
                owned_.push_back({std::move(frame.owner), *std::move(record)});
            }
            cursor.must_be_at(frame.end);
        }
    }

    /// The records of `name`, or of what it is an alias for.
    std::expected<std::vector<DnsRecord>, DnsFault> of(std::string name, std::size_t most) const {
        std::uint32_t ttl = ~std::uint32_t{0};
        for (int i = 0; i < most_aliases; ++i) {
            if (auto found = owned_by(name, ttl, most); !found.empty()) return found;
            auto alias = std::ranges::find(aliases_, name, &Alias::owner);
            if (alias == aliases_.end()) return std::vector<DnsRecord>{};
            name = alias->target;
            ttl = std::min(ttl, alias->ttl);
        }
        return std::unexpected(DnsFault::too_many);
    }

private:
    struct Alias {
        std::string owner;
        std::string target;
        std::uint32_t ttl;
    };
    struct Owned {
        std::string owner;
        DnsRecord record;
    };

    std::vector<DnsRecord> owned_by(std::string_view name, std::uint32_t ttl, std::size_t most) const {
        std::vector<DnsRecord> found;
        for (const auto& [owner, record] : owned_) {
            if (owner != name || found.size() == most) continue;
            found.push_back(record);
            found.back().ttl = std::min(record.ttl, ttl);
        }
        return found;
    }

    RecordType type_;
    std::vector<Alias> aliases_;
    std::vector<Owned> owned_;
};

std::optional<std::uint32_t> read_negative_ttl(DnsCursor& cursor, std::size_t count) {
    for (; count > 0 && cursor.is_sound(); --count) {
        auto frame = read_frame(cursor);
        if (!frame.internet || frame.type != type_soa) {
            cursor.skip_to(frame.end);
            continue;
        }
        auto ttl = read_soa(cursor, frame.ttl);
        cursor.must_be_at(frame.end);
        return ttl;
    }
    return std::nullopt;
}

/// Whether the question is repeated as it was asked.
bool repeats(DnsCursor& cursor, std::string_view name, RecordType type) {
    bool same_name = cursor.name() == canonical_name(name);
    bool same_type = cursor.u16() == code_of(type);
    return cursor.u16() == class_internet && same_name && same_type;
}

}  // namespace

std::string_view to_string(DnsFault fault) noexcept {
    switch (fault) {
        case DnsFault::not_an_answer: return "not an answer to the question";
        case DnsFault::cut_short: return "cut short";
        case DnsFault::bad_pointer: return "a compressed name does not point backwards";
        case DnsFault::bad_name: return "not a name";
        case DnsFault::bad_length: return "a record's length is not that of its data";
        case DnsFault::too_many: return "too many records or aliases";
    }
    return "";
}

std::uint16_t code_of(RecordType type) noexcept {
    switch (type) {
        case RecordType::a: return type_a;
        case RecordType::aaaa: return type_aaaa;
        case RecordType::srv: return type_srv;
        case RecordType::naptr: return type_naptr;
        case RecordType::soa: return type_soa;
    }
    return 0;
}

std::string canonical_name(std::string_view name) {
    if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
    std::string lower(name);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

std::expected<DnsAnswer, DnsFault> read_dns_answer(std::string_view octets, std::string_view name, RecordType type,
                                                   std::size_t most_records) {
    DnsCursor cursor(octets);
    auto header = read_header(cursor);
    bool ours = (header.flags & is_response) && !(header.flags & opcode_mask) && header.questions == 1 &&
                repeats(cursor, name, type);
    if (!cursor.is_sound()) return std::unexpected(cursor.fault());
    if (!ours) return std::unexpected(DnsFault::not_an_answer);
    if (header.answers > most_in_section) return std::unexpected(DnsFault::too_many);

    DnsAnswer answer{.rcode = header.flags & rcode_mask, .truncated = (header.flags & truncated_flag) != 0};
    AnswerSection section(type);
    section.read(cursor, header.answers);
    if (!cursor.is_sound()) return std::unexpected(cursor.fault());
    auto records = section.of(canonical_name(name), most_records);
    if (!records) return std::unexpected(records.error());
    answer.records = *std::move(records);
    if (answer.records.empty())
        answer.negative_ttl = read_negative_ttl(cursor, std::min<std::size_t>(header.authorities, most_in_section));
    if (!cursor.is_sound()) return std::unexpected(cursor.fault());
    return answer;
}

}  // namespace siptxn
