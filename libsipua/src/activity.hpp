// SPDX-License-Identifier: MIT
#pragma once

#include <siptxn/flow.hpp>

namespace sipua {

/// What stop() ends first: registrations come before calls, so that no new ones come.
enum class StopOrder { registration, subscription, publication };

/// Something an agent keeps up, which stop() ends and waits for: a registration, a subscription, a publication.
class Activity {
public:
    virtual ~Activity() = default;
    [[nodiscard]] virtual StopOrder stop_order() const = 0;
    /// Ends it as its protocol has it, without waiting, and never begins anything again.
    virtual void close() = 0;
    /// Something is still to be answered.
    [[nodiscard]] virtual bool is_busy() const = 0;
    /// A connection is gone.
    virtual void flow_closed(const siptxn::Flow& flow) { (void)flow; }
};

}  // namespace sipua
