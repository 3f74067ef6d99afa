// SPDX-License-Identifier: MIT
#include "identity_parser.hpp"

#include "kernel.hpp"

namespace sipmsg::detail {

namespace {

/// Keeps the parameters that have a meaning; false when one of them stands twice or has a value of the wrong kind.
bool keep(Identity& identity, std::string_view name, std::string_view value, bool in_brackets) noexcept {
    const bool is_info = iequals(name, "info");
    if (is_info != in_brackets) return false;
    auto* member = is_info ? &identity.info : iequals(name, "alg") ? &identity.alg : iequals(name, "ppt") ? &identity.ppt : nullptr;
    if (member == nullptr) return true;
    if (!member->empty()) return false;
    *member = value;
    return true;
}

}  // namespace

%%{
machine identity_parser;
include params "params.rl";
getkey static_cast<unsigned char>(*p);

action mark   { mark = p; }
action run    { p = kernel().base64(p, pe, scan.readable) - 1; }
action run_token { p = skip<is_token>(p, pe) - 1; }
action digest { value.digest = between(mark, p); }
action name   { name = between(mark, p); tail = p; }
action params { if (params == nullptr) params = p; }
action bare   { tail = p; if (!keep(value, name, between(mark, p), false)) wrong = mark; }
action uri    { if (!keep(value, name, between(mark, p), true)) wrong = mark; }
action tail   { tail = p + 1; }

# base64url, and the base64 that was before it: RFC 8224 §4, RFC 4474 §9.
digest_char = alphanum | [+/=._\-];
digest_run  = ( digest_char $run )+;
bracketed   = "<" ( 0x21..0x7E - [<>"] )+ >mark %uri ">" @tail;
bare_run    = token $run_token | IPv6reference;
param       = pname >mark $run_token %name ( EQUAL ( ( bare_run | quoted_value ) >mark %bare | bracketed ) )?;

main := SWS ( digest_run >mark %digest | DQUOTE digest_run >mark %digest DQUOTE )
        ( ( SWS ";" >params SWS ) param )* SWS;

write data noerror noentry;
}%%

bool scan_identity(Scan& scan, Identity& value) {
    const char* p = scan.begin();
    const char* const pe = scan.end();
    const char* const eof = pe;
    const char* mark = p;
    const char* tail = p;
    const char* params = nullptr;
    const char* wrong = nullptr;
    std::string_view name;
    int cs = 0;

    %% write init;
    %% write exec;

    if (cs < identity_parser_first_final) return scan.syntax(p, params == nullptr ? "a signature" : "a parameter");
    if (wrong != nullptr)
        return scan.syntax(wrong, "info=<URI>, and each parameter once");
    scan.used = scan.text.size();
    if (params != nullptr) value.params = between(params, tail);
    return true;
}

}  // namespace sipmsg::detail
