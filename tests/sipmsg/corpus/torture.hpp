// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corpus {

/// Runs each row of verdicts.tsv in `directory` (".../") as a subcase. Columns: section, file (without .sip), the layer
/// of this library that objects (none, parse, mandatory, header), its error ("syntax Via 87"), the text at that offset,
/// what a server owes (a code, `drop`, `-`), what layers above may object to ("uas 415, proxy 483"), and facts to find.
void run_torture(const std::string& directory);

/// Every section of `wanted` has a row, every row a file, and every file a row.
void check_complete(const std::string& directory, const std::vector<std::string>& wanted);

/// "3.1.1." and 13 -> "3.1.1.1" to "3.1.1.13".
void add_sections(std::vector<std::string>& sections, const std::string& prefix, int last);

}  // namespace corpus
