// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace corpus {

namespace {

const std::filesystem::path directory = SIPMSG_TEST_DATA;

constexpr std::string_view simple_escapes = "r\rn\nt\t\\\\";

[[noreturn]] void bad_escape(std::string_view rest) {
    throw std::runtime_error("no escape: \\" + std::string(rest.substr(0, 8)));
}

/// "x1B..." -> one octet; `rest` loses what was read.
char hex_octet(std::string_view& rest) {
    unsigned value = 0;
    const auto digits = rest.substr(1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2) bad_escape(rest);
    rest.remove_prefix(3);
    return static_cast<char>(value);
}

/// "(60000 ab)..." -> "abab..."; `rest` loses what was read.
std::string repeated(std::string_view& rest) {
    std::size_t times = 0;
    const auto [space, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), times);
    const auto close = rest.find(')');
    const auto begin = static_cast<std::size_t>(space - rest.data()) + 1;
    if (error != std::errc() || close == std::string_view::npos || begin > close || *space != ' ') bad_escape(rest);
    const auto text = unescaped(rest.substr(begin, close - begin));
    std::string all;
    all.reserve(times * text.size());
    for (std::size_t i = 0; i < times; ++i) all += text;
    rest.remove_prefix(close + 1);
    return all;
}

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    while (true) {
        const auto tab = line.find('\t');
        cells.push_back(unescaped(line.substr(0, tab)));
        if (tab == std::string_view::npos) return cells;
        line.remove_prefix(tab + 1);
    }
}

}  // namespace

std::string unescaped(std::string_view cell) {
    std::string octets;
    while (true) {
        const auto backslash = cell.find('\\');
        octets += cell.substr(0, backslash);
        if (backslash == std::string_view::npos) return octets;
        cell.remove_prefix(backslash + 1);
        const char kind = cell.empty() ? '\0' : cell.front();
        const auto simple = simple_escapes.find(kind);
        if (kind == 'x') {
            octets += hex_octet(cell);
        } else if (kind == '(') {
            octets += repeated(cell);
        } else if (simple != std::string_view::npos && simple % 2 == 0) {
            octets += simple_escapes[simple + 1];
            cell.remove_prefix(1);
        } else {
            bad_escape(cell);
        }
    }
}

std::string printable(std::string_view octets) {
    constexpr std::size_t shown = 400;
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (char c : octets.substr(0, shown)) {
        const auto simple = simple_escapes.find(c);
        if (simple != std::string_view::npos && simple % 2 == 1) {
            text.append("\\").append(1, simple_escapes[simple - 1]);
        } else if (c >= 0x20 && c < 0x7F) {
            text += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            text.append("\\x").append(1, digits[octet >> 4U]).append(1, digits[octet & 15U]);
        }
    }
    if (octets.size() > shown) text += "... " + std::to_string(octets.size()) + " octets";
    return text;
}

std::string read_octets(const std::filesystem::path& file) {
    std::ifstream in(directory / file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + (directory / file).string());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> files_in(const std::filesystem::path& where, std::string_view extension) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory / where))
        if (entry.path().extension() == extension) names.insert(entry.path().filename().string());
    return names;
}

std::vector<Row> read_table(const std::filesystem::path& file) {
    std::vector<Row> rows;
    const auto text = read_octets(file);
    std::string_view rest = text;
    for (int number = 1; !rest.empty(); ++number) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        if (line.empty() || line.front() == '#') continue;
        auto where = file.filename().string() + ":" + std::to_string(number);
        try {
            rows.push_back({where, cells_of(line)});
        } catch (const std::runtime_error& error) {
            throw std::runtime_error(where + ": " + error.what());
        }
    }
    return rows;
}

}  // namespace corpus
