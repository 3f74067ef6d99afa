// SPDX-License-Identifier: MIT
#include "ladder.hpp"

#include "../terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

namespace sipstrata {
namespace {

constexpr std::size_t gutter = 11;  // "  12345.6  "
constexpr std::size_t narrowest_column = 16;

struct Pen {
    std::string_view lifeline, line, right, left, cut;
};
constexpr Pen box{"│", "─", "▶", "◀", "…"};
constexpr Pen plain{"|", "-", ">", "<", "~"};

// Text as cells of a terminal: code points, one cell each.
std::vector<std::string_view> cells_of(std::string_view text) {
    std::vector<std::string_view> cells;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
        cells.push_back(text.substr(at, end - at));
        at = end;
    }
    return cells;
}

// One line that is drawn from back to front.
class Canvas {
public:
    explicit Canvas(std::size_t width) : cells_(width, " ") {}
    void put(std::size_t at, std::string_view cell) {
        if (at < cells_.size()) cells_[at] = cell;
    }
    void put_text(std::size_t at, std::string_view text, std::size_t room, std::string_view cut) {
        auto text_cells = cells_of(text);
        std::size_t count = std::min(text_cells.size(), room);
        for (std::size_t i = 0; i < count; ++i) put(at + i, text_cells[i]);
        if (text_cells.size() > room && room > 0) put(at + room - 1, cut);
    }
    [[nodiscard]] std::string text() const {
        std::string result;
        for (const auto& cell : cells_) result += cell;
        result.erase(result.find_last_not_of(' ') + 1);
        return result + "\n";
    }

private:
    std::vector<std::string> cells_;
};

struct Column {
    std::string name;
    std::string addresses;
};

class Ladder {
public:
    Ladder(std::span<const TraceRecord> records, const LadderOptions& options)
        : records_(records), options_(options), pen_(options.ascii ? plain : box) {
        for (const LadderName& name : options.names) {
            if (appears(name.address)) column_of(name.address);
        }
        for (const TraceRecord& record : records) {
            column_of(record.source);
            column_of(record.destination);
        }
        std::size_t room = std::max(options.width, gutter + 2 * narrowest_column) - gutter;
        shown_ = std::min(columns_.size(), room / narrowest_column);
        spacing_ = std::min<std::size_t>(room / std::max<std::size_t>(shown_, 1), 40);
        width_ = gutter + spacing_ * shown_;
    }

    std::string draw() {
        std::string text = heading();
        auto first = records_.front().time;
        for (const TraceRecord& record : records_) {
            double ms = std::chrono::duration<double, std::milli>(record.time - first).count();
            text += row(record, fmt::format("{:9.1f}", ms));
        }
        return text;
    }

private:
    bool appears(const siptxn::SocketAddress& address) const {
        return std::ranges::any_of(
            records_, [&](const TraceRecord& r) { return r.source == address || r.destination == address; });
    }

    std::size_t column_of(const siptxn::SocketAddress& address) {
        auto named = std::ranges::find(options_.names, address, &LadderName::address);
        std::string where = to_string(address);
        std::string name = named == options_.names.end() ? where : terminal_text(named->name);
        auto known = std::ranges::find(columns_, name, &Column::name);
        if (known == columns_.end()) known = columns_.insert(columns_.end(), {name, name == where ? "" : where});
        return static_cast<std::size_t>(known - columns_.begin());
    }

    std::size_t center(std::size_t column) const { return gutter + column * spacing_ + spacing_ / 2; }

    std::string heading() const {
        Canvas names(width_);
        Canvas addresses(width_);
        auto put_centered = [&](Canvas& canvas, std::size_t column, std::string_view text) {
            std::size_t length = std::min(cells_of(text).size(), spacing_ - 1);
            canvas.put_text(center(column) - length / 2, text, spacing_ - 1, pen_.cut);
        };
        names.put_text(7, "ms", 2, "");
        bool any = false;
        for (std::size_t i = 0; i < shown_; ++i) {
            put_centered(names, i, columns_[i].name);
            put_centered(addresses, i, columns_[i].addresses);
            any = any || !columns_[i].addresses.empty();
        }
        return names.text() + (any ? addresses.text() : "");
    }

    std::string label(const TraceRecord& record) {
        std::string text = record.start_line;
        if (text.starts_with("SIP/2.0 ")) {
            text = text.substr(8);
            if (!record.cseq_method.empty())
                text += fmt::format(" ({}{})", record.cseq_method, record.has_description ? ", SDP" : "");
        } else if (text.ends_with(" SIP/2.0")) {
            text.resize(text.size() - 8);
            if (auto space = text.find(' '); record.has_description && space != std::string::npos)
                text.insert(space, " (SDP)");
        }
        bool again = !seen_.emplace(record.source, record.destination, record.fingerprint).second;
        return terminal_text(again ? "again: " + text : text);
    }

    std::string row(const TraceRecord& record, const std::string& time) {
        std::size_t from = column_of(record.source);
        std::size_t to = column_of(record.destination);
        std::string text = label(record);
        Canvas canvas(width_);
        canvas.put_text(0, time, gutter - 1, "");
        for (std::size_t i = 0; i < shown_; ++i) canvas.put(center(i), pen_.lifeline);
        if (from == to || from >= shown_ || to >= shown_) {  // To itself, or more hosts than the terminal has room for.
            std::string route = from == to ? "" : fmt::format(" [{} to {}]", columns_[from].name, columns_[to].name);
            std::size_t at = from < shown_ ? center(from) + 2 : gutter;
            canvas.put_text(at, text + route, width_ > at ? width_ - at : 0, pen_.cut);
            return canvas.text();
        }
        std::size_t begin = center(std::min(from, to)) + 1;
        std::size_t end = center(std::max(from, to));
        for (std::size_t i = begin; i < end; ++i) canvas.put(i, pen_.line);
        canvas.put(from < to ? end - 1 : begin, from < to ? pen_.right : pen_.left);
        std::size_t room = end - begin - 4;
        std::size_t length = std::min(cells_of(text).size(), room);
        canvas.put_text(begin + 2 + (room - length) / 2, text, room, pen_.cut);
        return canvas.text();
    }

    std::span<const TraceRecord> records_;
    const LadderOptions& options_;
    Pen pen_;
    std::vector<Column> columns_;
    std::size_t shown_ = 0;
    std::size_t spacing_ = 0;
    std::size_t width_ = 0;
    std::set<std::tuple<siptxn::SocketAddress, siptxn::SocketAddress, std::size_t>> seen_;
};

}  // namespace

std::string draw_ladder(std::span<const TraceRecord> records, const LadderOptions& options) {
    if (records.empty()) return {};
    return Ladder(records, options).draw();
}

}  // namespace sipstrata
