// SPDX-License-Identifier: MIT
#pragma once

// The parsers whose speed matters, compiled once for each set of vector instructions (kernel_*.cpp): shortcuts in front
// of the machines of message heads and of values. What calls them goes through the table that fits this processor.

#include "scan.hpp"
#include "value_parts.hpp"

#include <sipmsg/error.hpp>
#include <sipmsg/essentials.hpp>
#include <sipmsg/header/auth.hpp>
#include <sipmsg/header/name_addr.hpp>
#include <sipmsg/header/via.hpp>
#include <sipmsg/uri.hpp>

#include <atomic>
#include <cstddef>
#include <span>
#include <string_view>

namespace sipmsg {
class MessageParser;
}

namespace sipmsg::detail {

/// RFC 3261 §8.1.1.5: CSeq's number is less than 2**31.
inline constexpr std::uint64_t max_cseq = 0x7FFF'FFFF;

struct Kernel {
    /// The start line and the lines behind it, as far as they are written the usual way: where the machine of message
    /// heads must go on; nullptr when it must read all of it.
    const char* (*head)(MessageParser& parser, const char* p, const char* end, const char* readable);
    /// The same of lines.
    const char* (*lines)(MessageParser& parser, const char* p, const char* end, const char* readable);
    bool (*essentials)(const MessageView& message, Essentials& into, bool addresses, ParseError& error);
    bool (*uri)(Scan& scan, Uri& uri);
    bool (*via)(Scan& scan, Via& via);
    bool (*name_addr)(Scan& scan, NameAddr& value);
    bool (*token)(Scan& scan, std::string_view& value);
    /// Several of a comma list at once; none where a machine must look: see detail::read_tokens().
    std::size_t (*tokens)(std::string_view& rest, const char* readable, std::span<std::string_view> into);
    bool (*token_params)(Scan& scan, TokenParams& value);
    bool (*auth)(Scan& scan, AuthValue& value);
    bool (*cseq)(Scan& scan, CSeqParts& value);
    bool (*seconds)(Scan& scan, Seconds& value);
    bool (*quoted_params)(Scan& scan, OpaqueParams& value);
    bool (*params)(Scan& scan, OpaqueParams& value);
    bool (*call_id)(Scan& scan, std::string_view& value);
    /// Behind the octets of a signature.
    const char* (*base64)(const char* p, const char* end, const char* readable) noexcept;
};

extern const Kernel portable_kernel;
#if defined(__x86_64__) || defined(__i386__)
extern const Kernel ssse3_kernel;
extern const Kernel avx2_kernel;
#endif

/// Constant-initialized, so that parsing works before the choice has been made.
[[gnu::visibility("hidden")]] extern std::atomic<const Kernel*> active_kernel;

[[nodiscard]] inline const Kernel& kernel() noexcept { return *active_kernel.load(std::memory_order_relaxed); }

/// A machine of the kernel in use, in the form of those that are compiled once.
template <auto machine>
inline constexpr auto in_use = [](Scan& scan, auto& value) { return (kernel().*machine)(scan, value); };

inline constexpr auto read_token_params = in_use<&Kernel::token_params>;
inline constexpr auto read_seconds = in_use<&Kernel::seconds>;
inline constexpr auto read_quoted_params = in_use<&Kernel::quoted_params>;
inline constexpr auto read_params = in_use<&Kernel::params>;

}  // namespace sipmsg::detail
