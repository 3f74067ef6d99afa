// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace corpus {

/// Runs each row of verdicts.tsv in `directory` (".../") as a subcase. Columns: section, file (without .sip), the layer
/// of this library that objects (none, parse, mandatory, header), its error ("syntax Via 87"), the text at that offset,
/// what every server owes (a code, `drop` for a response, `-`), what one role owes all the same ("uas 415, proxy 483";
/// registrar, uac), and facts to find. What is owed is what validate() says; 401, 406 and dropping a response that is
/// sound are for the layers above.
void run_torture(const std::string& directory);

/// Every section of `wanted` has a row, every row a file, and every file a row.
void check_complete(const std::string& directory, const std::vector<std::string>& wanted);

/// "3.1.1." and 13 -> "3.1.1.1" to "3.1.1.13".
void add_sections(std::vector<std::string>& sections, const std::string& prefix, int last);

}  // namespace corpus
