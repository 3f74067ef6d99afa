// SPDX-License-Identifier: MIT
#pragma once

// What the machines of short values find, before C++ gives it a meaning.

#include <sipmsg/params.hpp>

#include <string_view>

namespace sipmsg::detail {

/// token *( SEMI generic-param ), or token SLASH token *( SEMI generic-param ).
struct TokenParams {
    std::string_view token;
    std::string_view subtype;  ///< empty without a slash
    Params params;
};

/// 1*DIGIT LWS Method.
struct CSeqParts {
    std::string_view number;
    std::string_view method;
};

/// response-num LWS CSeq-num LWS Method.
struct RAckParts {
    std::string_view response;
    CSeqParts cseq;
};

/// 1*DIGIT [ comment ] *( SEMI generic-param ).
struct Seconds {
    std::string_view digits;
    Params params;
    bool comment = false;
};

/// word [ "@" word ] *( SEMI generic-param ): Call-ID without parameters, Replaces and its like with them.
struct CallIdParams {
    std::string_view text;
    Params params;
};

/// Whatever stands in front of parameters, or parameters alone.
struct OpaqueParams {
    std::string_view text;
    Params params;
};

}  // namespace sipmsg::detail
