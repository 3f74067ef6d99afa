// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Test cases as data: one case a line, its cells parted by tabs.
namespace corpus {

/// One case. Cells are octets, not text: escapes are undone.
struct Row {
    std::string where;  ///< "values.tsv:17"
    std::vector<std::string> cells;

    /// A cell that is not there is empty.
    [[nodiscard]] std::string_view operator[](std::size_t i) const noexcept {
        return i < cells.size() ? std::string_view(cells[i]) : std::string_view();
    }
};

/// The cases of a file under the directory of these tests. Lines that are empty or begin with '#' are left out.
/// Throws std::runtime_error when it cannot be read or a line is no case.
[[nodiscard]] std::vector<Row> read_table(const std::filesystem::path& file);

/// The octets of a file under the directory of these tests.
[[nodiscard]] std::string read_octets(const std::filesystem::path& file);

/// The names of the files of a directory under these tests that end in `extension`.
[[nodiscard]] std::set<std::string> files_in(const std::filesystem::path& where, std::string_view extension);

/// Undoes the escapes of a cell: `\r` `\n` `\t` `\\` `\x1B`; `\(60000 ab)` is "ab" so many times over.
/// Throws std::runtime_error at any other backslash.
[[nodiscard]] std::string unescaped(std::string_view cell);

/// The reverse, for messages of failed checks: printable, cut when it is long.
[[nodiscard]] std::string printable(std::string_view octets);

}  // namespace corpus
