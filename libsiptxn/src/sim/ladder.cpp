// SPDX-License-Identifier: MIT
#include "sim/ladder.hpp"

#include <siptxn/stun.hpp>

#include <sipmsg/header/simple.hpp>
#include <sipmsg/message_view.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace siptxn::sim {
namespace {

constexpr std::size_t gutter = 12;          // "  12345.0   "
constexpr std::size_t narrowest_step = 14;  // from one lifeline to the next

/// Where the first of a list is that fits; the end when none does.
std::size_t place(const auto& list, auto fits) {
    return static_cast<std::size_t>(std::ranges::find_if(list, fits) - list.begin());
}

/// What keeps flows alive (RFC 5626 §3.5); empty for anything else.
std::string_view keep_alive_title(std::string_view octets) {
    if (octets == "\r\n\r\n") return "ping";
    if (octets == "\r\n") return "pong";
    const auto stun = is_stun(octets) ? read_stun(octets) : std::nullopt;
    if (!stun) return {};
    return stun->kind == StunMessage::Kind::request ? "STUN binding request" : "STUN binding response";
}

/// What a message is called; what is no text, by its size.
std::string title_of(const Datagram& datagram, const sipmsg::Result<sipmsg::MessageView>& message) {
    if (const auto title = keep_alive_title(*datagram.octets); !title.empty()) return std::string(title);
    const auto line = datagram.start_line();
    const bool printable = std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; });
    if (line.empty() || !printable) return fmt::format("{} octets", datagram.octets->size());
    if (!message) return std::string(line);
    const auto cseq = message->top<sipmsg::CSeq>();
    if (!cseq) return std::string(line);
    if (message->is_response())
        return fmt::format("{} {} ({} {})", message->status(), message->reason(), cseq->number, cseq->method_text);
    return fmt::format("{} {} ({})", message->method_text(), message->request_uri_text(), cseq->number);
}

std::string remarks_on(const Datagram& datagram) {
    std::string text;
    const auto remark = [&](bool applies, std::string_view what) {
        if (applies) text.append(text.empty() ? " [" : ", ").append(what);
    };
    remark(datagram.transport != Transport::udp, to_string(datagram.transport));
    remark(datagram.fate != Fate::delivered, to_string(datagram.fate));
    remark(datagram.duplicated, "duplicated");
    remark(datagram.reordered, "reordered");
    remark(datagram.corrupted, "corrupted");
    return text.empty() ? text : text + "]";
}

class Ladder {
public:
    Ladder(std::vector<NamedHost> columns, TimePoint start) : columns_(std::move(columns)), start_(start) {}

    void add(const Datagram& datagram) {
        const auto message = sipmsg::parse(*datagram.octets);
        Row row{datagram, column(datagram.from.ip), column(datagram.to.ip), title_of(datagram, message), 0};
        if (auto call_id = message ? message->raw(sipmsg::Header::call_id) : std::nullopt) row.call = call(*call_id);
        rows_.push_back(std::move(row));
    }
    std::string draw() {
        for (const auto& column : columns_) step_ = std::max(step_, column.name.size() + 2);
        auto text = heading();
        for (const auto& row : rows_) text += draw(row);
        return text;
    }

private:
    struct Row {
        const Datagram& datagram;
        std::size_t from, to;  ///< columns
        std::string title;
        std::size_t call;  ///< from 1; 0: of none
    };

    std::size_t column(const IpAddress& ip) {
        const auto at = place(columns_, [&](const NamedHost& host) { return host.has(ip); });
        if (at == columns_.size()) columns_.push_back({to_string(ip), {ip}});
        return at;
    }
    std::size_t call(std::string_view call_id) {
        const auto at = place(calls_, [&](const std::string& call) { return call == call_id; });
        if (at == calls_.size()) calls_.emplace_back(call_id);
        return at + 1;
    }
    std::size_t lifeline(std::size_t column) const { return gutter + step_ / 2 + column * step_; }
    std::size_t width() const { return gutter + step_ * columns_.size(); }

    std::string heading() const {
        std::string text(width(), ' ');
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto& name = columns_[i].name;
            text.replace(lifeline(i) - name.size() / 2, name.size(), name);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        return text + '\n';
    }
    std::string draw(const Row& row) const {
        auto text =
            fmt::format("{:9.1f}", std::chrono::duration<double, std::milli>(row.datagram.sent - start_).count());
        text.resize(width(), ' ');
        for (std::size_t i = 0; i < columns_.size(); ++i) text[lifeline(i)] = '|';
        draw_arrow(text, row);
        text += row.title;
        if (row.call != 0 && calls_.size() > 1) text += fmt::format(" #{}", row.call);
        return text + remarks_on(row.datagram) + '\n';
    }
    void draw_arrow(std::string& text, const Row& row) const {
        if (row.from == row.to) return;
        const bool rightward = row.from<row.to, arrived = row.datagram.delivered> 0;
        const auto begin = lifeline(row.from), end = lifeline(row.to);
        auto length = (rightward ? end - begin : begin - end) - 1;
        if (!arrived) length /= 2;
        std::string arrow(length, '-');
        (rightward ? arrow.back() : arrow.front()) = !arrived ? 'x' : rightward ? '>' : '<';
        text.replace(rightward ? begin + 1 : begin - length, length, arrow);
    }

    std::vector<NamedHost> columns_;
    TimePoint start_;
    std::vector<std::string> calls_;  ///< Call-IDs, in the order they appear
    std::vector<Row> rows_;
    std::size_t step_ = narrowest_step;
};

}  // namespace

std::string draw_ladder(std::span<const std::shared_ptr<const Datagram>> log, std::vector<NamedHost> columns,
                        TimePoint start) {
    if (log.empty()) return {};
    Ladder ladder(std::move(columns), start);
    for (const auto& datagram : log) ladder.add(*datagram);
    return ladder.draw();
}

}  // namespace siptxn::sim
