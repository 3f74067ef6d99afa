// SPDX-License-Identifier: MIT
#include "value_parser.hpp"

#include "kernel.hpp"

namespace sipmsg::detail {

namespace {

template <class T>
Result<T> run(bool (*scanner)(Scan&, T&), std::string_view text, std::size_t& used, Padding behind) {
    Result<T> result;
    Scan scan(text, behind);
    if (!scanner(scan, *result)) result = std::unexpected(scan.error());
    used = scan.used;
    return result;
}

}  // namespace

Result<TokenParams> scan_token_params(std::string_view text, std::size_t& used) {
    return scan_token_params(text, used, {});
}

Result<TokenParams> scan_token_params(std::string_view text, std::size_t& used, Padding behind) {
    return run(kernel().token_params, text, used, behind);
}

Result<Seconds> scan_seconds(std::string_view text, Padding behind) {
    std::size_t used = 0;
    return run(kernel().seconds, text, used, behind);
}

Result<CallIdParams> scan_call_id(std::string_view text, std::size_t& used) { return scan_call_id(text, used, {}); }

Result<CallIdParams> scan_call_id(std::string_view text, std::size_t& used, Padding behind) {
    return run(kernel().word_params, text, used, behind);
}

}  // namespace sipmsg::detail
