// SPDX-License-Identifier: MIT
#pragma once

namespace sipstrata {

/// What a verb's exit code says; the same for every verb.
enum class ExitCode : int {
    success = 0,  ///< as the verb defines it: 2xx, registered, call ended normally, well formed
    refused = 1,  ///< a final negative answer; `parse`: not well formed, not equal
    usage = 2,
    no_answer = 3,       ///< timeout, name not found, connection refused
    authentication = 4,  ///< refused although credentials were sent
    protocol = 5,        ///< the peer broke the protocol
    interrupted = 130,   ///< Ctrl-C
};

}  // namespace sipstrata
